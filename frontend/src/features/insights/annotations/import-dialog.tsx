import { Alert, Button, FileButton, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconFileTypeCsv } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { useImportAnnotations } from "@/features/insights/insights-mutations";
import { downloadText } from "@/lib/download";

/** Annotations from a CSV file: what was understood is shown before anything is stored, faults by line. */
export function ImportDialog({ appId, onClose }: { appId: string; onClose: () => void }) {
  const { t } = useTranslation(["annotations", "common"]);
  const read = useImportAnnotations(appId);
  const [file, setFile] = useState<{ name: string; content: string } | null>(null);
  const told = read.data;
  const choose = async (chosen: File | null) => {
    if (!chosen) return;
    const content = await chosen.text();
    setFile({ name: chosen.name, content });
    read.mutate({ content, preview: true });
  };
  const store = () => {
    if (!file) return;
    read.mutate(
      { content: file.content, preview: false },
      {
        onSuccess: ({ rows }) => {
          notifications.show({ message: t("import.done", { count: rows }) });
          onClose();
        },
      },
    );
  };
  const ready = told && told.faults.length === 0 && told.rows > 0;
  return (
    <Modal opened onClose={onClose} title={t("import.title")} size="xl">
      <Stack>
        <Text size="sm" c="dimmed">
          {t("import.hint")}
        </Text>
        <Group gap="xs">
          <FileButton accept=".csv,text/csv" onChange={(chosen) => void choose(chosen)}>
            {(props) => (
              <Button variant="default" leftSection={<IconFileTypeCsv size={16} aria-hidden />} loading={read.isPending} {...props}>
                {file ? t("import.other") : t("import.choose")}
              </Button>
            )}
          </FileButton>
          <Button variant="subtle" onClick={() => downloadText("annotations.csv", `question,answer\n${t("import.sample")}\n`, "text/csv")}>
            {t("import.template")}
          </Button>
          {file && (
            <Text size="sm" c="dimmed">
              {file.name}
            </Text>
          )}
        </Group>
        {read.error && <ErrorState error={read.error} title={t("import.refused")} />}
        {told && <Faults faults={told.faults} />}
        {ready && (
          <>
            <Text size="sm" role="status">
              {t("import.found", { count: told.rows, added: told.added, updated: told.updated })}
            </Text>
            <Table withTableBorder aria-label={t("import.first")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("import.line")}</Table.Th>
                  <Table.Th>{t("column.question")}</Table.Th>
                  <Table.Th>{t("column.answer")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {told.first.map((row) => (
                  <Table.Tr key={row.line}>
                    <Table.Td>{row.line}</Table.Td>
                    <Table.Td>
                      <Text size="sm" lineClamp={2}>
                        {row.question}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm" lineClamp={2}>
                        {row.answer}
                      </Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button disabled={!ready} loading={read.isPending} onClick={store}>
            {ready ? t("import.store", { count: told.rows }) : t("import.action")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Faults({ faults }: { faults: readonly { line: number; field: string; message: string }[] }) {
  const { t } = useTranslation("annotations");
  if (faults.length === 0) return null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t("import.faults", { count: faults.length })}
      role="alert"
    >
      <Text size="sm" mb="xs">
        {t("import.faultsHint")}
      </Text>
      <Table aria-label={t("import.faults", { count: faults.length })}>
        <Table.Tbody>
          {faults.slice(0, 50).map((fault) => (
            <Table.Tr key={`${fault.line}-${fault.field}`}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{t("import.lineOf", { line: fault.line })}</Table.Td>
              <Table.Td>{fault.message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}
