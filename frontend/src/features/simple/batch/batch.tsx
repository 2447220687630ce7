import { Alert, Button, FileButton, Group, Progress, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { IconDownload, IconPlayerPlay, IconPlayerStop, IconRefresh, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { AnchorLink } from "@/components/links";
import type { InputField } from "@/features/runs/input-fields";
import { downloadText } from "@/lib/download";
import { fileFields, readRows, resultTable, tableFields, type TableProblem, template } from "@/visitor/run/batch-rows";
import { decodeTable, parseCsv } from "@/visitor/run/csv";
import { useBatch } from "./use-batch";

const CSV = "text/csv";
const SHOWN = 160;

interface Props {
  app: App;
  fields: readonly InputField[];
  flush(): Promise<boolean>;
}

/** Many runs of the draft from a table: template, upload, progress, failed rows again, results. */
export default function Batch({ app, fields, flush }: Props) {
  const { t } = useTranslation(["simple-batch", "runs"]);
  const columns = tableFields(fields);
  const batch = useBatch(app.id, columns, flush);
  const [problem, setProblem] = useState<TableProblem | null>(null);
  const asFiles = fileFields(fields).filter((field) => field.required);
  const read = async (file: File | null) => {
    if (!file) return;
    const found = readRows(parseCsv(decodeTable(await file.arrayBuffer())), columns);
    setProblem(Array.isArray(found) ? null : found);
    batch.load(Array.isArray(found) ? found : []);
  };
  const count = (state: string) => batch.rows.filter((row) => row.state === state).length;
  const failed = count("failed") + count("stopped");
  const done = count("succeeded") + failed;
  if (asFiles.length > 0) return <Text c="dimmed">{t("files", { names: asFiles.map((field) => field.label).join(", ") })}</Text>;
  const save = () => downloadText(`${app.name}.csv`, resultTable(batch.rows, columns, { state: t("state"), result: t("result") }), CSV);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("hint")}
      </Text>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => downloadText(`${app.name}.csv`, template(columns), CSV)}
        >
          {t("template")}
        </Button>
        <FileButton accept=".csv,text/csv" onChange={(file) => void read(file)} disabled={batch.running}>
          {(button) => (
            <Button {...button} size="xs" variant="default" leftSection={<IconUpload size={14} aria-hidden />}>
              {t("load")}
            </Button>
          )}
        </FileButton>
      </Group>
      {problem && (
        <Alert color="red" variant="light" role="alert">
          <ProblemText problem={problem} />
        </Alert>
      )}
      {batch.rows.length > 0 && (
        <>
          <Group gap="xs">
            {batch.running ? (
              <Button size="xs" variant="default" leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={batch.stop}>
                {t("stop")}
              </Button>
            ) : (
              done === 0 && (
                <Button size="xs" leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={batch.start}>
                  {t("start", { count: batch.rows.length })}
                </Button>
              )
            )}
            {!batch.running && failed > 0 && (
              <Button size="xs" leftSection={<IconRefresh size={14} aria-hidden />} onClick={batch.retry}>
                {t("retry", { count: failed })}
              </Button>
            )}
            {!batch.running && done > 0 && (
              <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={save}>
                {t("results")}
              </Button>
            )}
          </Group>
          <Text size="xs" c="dimmed" role="status">
            {t("progress", { done, count: batch.rows.length, failed })}
          </Text>
          <Progress value={(100 * done) / batch.rows.length} aria-label={t("progressLabel")} />
          <Rows batch={batch} appId={app.id} columns={columns} />
        </>
      )}
    </Stack>
  );
}

function ProblemText({ problem }: { problem: TableProblem }) {
  const { t } = useTranslation(["simple-batch", "runs"]);
  if (problem.code === "row")
    return t("problem.row", { row: problem.row, reason: t(`runs:input.error.${problem.error.code}`, problem.error.params) });
  if (problem.code === "tooMany") return t("problem.tooMany", { count: problem.count, max: problem.max });
  return problem.code === "noRows" ? t("problem.noRows") : t(`problem.${problem.code}`, { names: problem.names });
}

function Rows({ batch, appId, columns }: { batch: ReturnType<typeof useBatch>; appId: string; columns: readonly InputField[] }) {
  const { t } = useTranslation("simple-batch");
  return (
    <ScrollArea.Autosize mah={420} type="auto" tabIndex={0} aria-label={t("rows")}>
      <Table fz="xs" stickyHeader verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("row")}</Table.Th>
            <Table.Th>{t("state")}</Table.Th>
            <Table.Th>{t("result")}</Table.Th>
            {columns.map((field) => (
              <Table.Th key={field.name}>{field.label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {batch.rows.map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td>{index + 1}</Table.Td>
              <Table.Td>
                {row.runId ? (
                  <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: row.runId }} size="xs">
                    {t(`state.${row.state}`)}
                  </AnchorLink>
                ) : (
                  t(`state.${row.state}`)
                )}
              </Table.Td>
              <Table.Td c={row.error ? "var(--mantine-color-error)" : undefined}>{(row.result || row.error).slice(0, SHOWN)}</Table.Td>
              {columns.map((field) => (
                <Table.Td key={field.name}>{String(row.values[field.name] ?? "").slice(0, SHOWN)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
