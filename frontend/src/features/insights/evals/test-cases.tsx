import { ActionIcon, Alert, Button, Group, Modal, Stack, Table, Text, Textarea, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconEdit, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EvalCase } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import ListPages from "@/components/list-pages";
import { RelativeTime } from "@/components/relative-time";
import { useTestSets } from "@/features/insights/insights-mutations";
import { PAGE_SIZE, testCasesQuery } from "@/features/insights/insights-queries";
import { shortValue } from "@/features/prompt/short-value";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

type Open = { kind: "edit" | "drop"; row: EvalCase } | null;

/** The cases of a test set; each leads to the answer it was kept from. */
export function TestCases({ appId, setId }: { appId: string; setId: string }) {
  const { t } = useTranslation(["evals", "common"]);
  const workspace = useWorkspace();
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<Open>(null);
  const { data, error, refetch } = useQuery(testCasesQuery(workspace.id, appId, setId, page));
  const { drop } = useTestSets(appId);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  if (data.total === 0) return <EmptyState title={t("none.title")} hint={t("none.hint")} />;
  const close = () => setOpen(null);
  return (
    <>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing="sm" aria-label={t("cases")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("given")}</Table.Th>
              <Table.Th>{t("expected")}</Table.Th>
              <Table.Th>{t("kept")}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t("acts")}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.results.map((row) => (
              <CaseLine
                key={row.id}
                row={row}
                appId={appId}
                onEdit={() => setOpen({ kind: "edit", row })}
                onDrop={() => setOpen({ kind: "drop", row })}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {data.total > PAGE_SIZE && <ListPages total={Math.ceil(data.total / PAGE_SIZE)} page={page} onChange={setPage} />}
      {open?.kind === "edit" && <ExpectedDialog appId={appId} setId={setId} row={open.row} onClose={close} />}
      {open?.kind === "drop" && (
        <ConfirmDialog
          title={t("dropTitle")}
          text={t("dropText", { question: givenIn(open.row).slice(0, 200) })}
          confirm={t("common:action.delete")}
          error={drop.error}
          busy={drop.isPending}
          onConfirm={() => drop.mutate({ set: setId, id: open.row.id }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </>
  );
}

/** What a case gives to the app, in a line. */
function givenIn(row: EvalCase): string {
  return row.query || row.name || shortValue(row.inputs, 200);
}

function CaseLine({ row, appId, onEdit, onDrop }: { row: EvalCase; appId: string; onEdit: () => void; onDrop: () => void }) {
  const { t } = useTranslation(["evals", "common"]);
  const mayEdit = useWorkspace().can("insights.edit");
  const inputs = Object.entries(row.inputs).map(([name, value]) => `${name}: ${shortValue(value, 60)}`);
  const given = givenIn(row);
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td maw={360}>
        <Text size="sm" fw={500} lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          {given}
        </Text>
        {row.query && inputs.length > 0 && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {inputs.join(" · ")}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={420}>
        <Text size="sm" lineClamp={4} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {row.expected || "–"}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" style={{ whiteSpace: "nowrap" }}>
          <RelativeTime value={row.created_at} />
        </Text>
        {row.conversation_id && (
          <AnchorLink
            to="/app/$appId/logs/$conversationId"
            params={{ appId, conversationId: row.conversation_id }}
            search={{ message: row.message_id ?? undefined }}
            size="xs"
            underline="always"
          >
            {t("from")}
          </AnchorLink>
        )}
      </Table.Td>
      <Table.Td>
        {mayEdit && (
          <Group gap={2} wrap="nowrap" justify="flex-end">
            <Tooltip label={t("edit")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("editOf", { question: given.slice(0, 60) })} onClick={onEdit}>
                <IconEdit size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("common:action.delete")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("dropOf", { question: given.slice(0, 60) })} onClick={onDrop}>
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function ExpectedDialog({ appId, setId, row, onClose }: { appId: string; setId: string; row: EvalCase; onClose: () => void }) {
  const { t } = useTranslation(["evals", "common"]);
  const words = useErrorText();
  const { change } = useTestSets(appId);
  const [expected, setExpected] = useState(row.expected);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ set: setId, id: row.id, expected }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("edit")} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" fw={500}>
            {givenIn(row)}
          </Text>
          <Textarea
            label={t("expected")}
            autosize
            minRows={4}
            maxRows={16}
            value={expected}
            onChange={(event) => setExpected(event.currentTarget.value)}
            data-autofocus
          />
          {change.error && (
            <Alert color="red" variant="light" role="alert">
              {words(change.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={expected === row.expected} loading={change.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
