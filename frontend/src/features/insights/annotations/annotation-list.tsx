import { ActionIcon, Badge, Button, Group, Pagination, Skeleton, Stack, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconEdit, IconTrash } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Annotation, Page } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { AnchorLink, ButtonLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { useDeleteAnnotation } from "@/features/insights/insights-mutations";
import { PAGE_SIZE } from "@/features/insights/insights-queries";
import type { AnnotationsSearch } from "@/features/insights/insights-search";
import { FoundText } from "@/features/insights/logs/found-text";

interface Props {
  appId: string;
  rows: UseQueryResult<Page<Annotation>>;
  search: AnnotationsSearch;
  mayEdit: boolean;
  onEdit: (annotation: Annotation) => void;
  onHits: (annotation: Annotation) => void;
  onAdd: () => void;
  onClear: () => void;
  onPage: (page: number) => void;
}

/** Questions and the answers set for them. */
export function AnnotationList({ appId, rows, search, mayEdit, onEdit, onHits, onAdd, onClear, onPage }: Props) {
  const { t } = useTranslation(["annotations", "common"]);
  const [deleting, setDeleting] = useState<Annotation | null>(null);
  const { data, error, isPending, isPlaceholderData, refetch } = rows;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending || !data) return <ListSkeleton />;
  if (data.total === 0 && search.search) {
    return (
      <EmptyState title={t("none.title")} hint={t("none.hint", { search: search.search })}>
        <Button variant="default" onClick={onClear}>
          {t("none.clear")}
        </Button>
      </EmptyState>
    );
  }
  if (data.total === 0) {
    return (
      <EmptyState title={t("empty.title")} hint={t("empty.hint")}>
        {mayEdit && <Button onClick={onAdd}>{t("add")}</Button>}
        <ButtonLink variant="default" to="/app/$appId/logs" params={{ appId }}>
          {t("empty.logs")}
        </ButtonLink>
      </EmptyState>
    );
  }
  const pages = Math.ceil(data.total / PAGE_SIZE);
  return (
    <Stack gap="md" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing="sm" aria-label={t("title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("column.question")}</Table.Th>
              <Table.Th>{t("column.answer")}</Table.Th>
              <Table.Th ta="right">{t("column.hits")}</Table.Th>
              <Table.Th>{t("column.changed")}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t("column.actions")}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.results.map((row) => (
              <Line
                key={row.id}
                row={row}
                appId={appId}
                search={search.search}
                mayEdit={mayEdit}
                onEdit={() => onEdit(row)}
                onHits={() => onHits(row)}
                onDelete={() => setDeleting(row)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t("total", { count: data.total })}
        </Text>
        {pages > 1 && (
          <Pagination
            total={pages}
            value={Math.min(search.page ?? 1, pages)}
            onChange={onPage}
            getControlProps={(control) => ({ "aria-label": t(`common:page.${control}`) })}
            getItemProps={(number) => ({ "aria-label": t("common:page.number", { page: number }) })}
          />
        )}
      </Group>
      {deleting && <DeleteDialog appId={appId} annotation={deleting} onClose={() => setDeleting(null)} />}
    </Stack>
  );
}

interface LineProps {
  row: Annotation;
  appId: string;
  search: string | undefined;
  mayEdit: boolean;
  onEdit: () => void;
  onHits: () => void;
  onDelete: () => void;
}

function Line({ row, appId, search, mayEdit, onEdit, onHits, onDelete }: LineProps) {
  const { t } = useTranslation(["annotations", "common"]);
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td maw={320}>
        <Text size="sm" fw={500} lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          <FoundText text={row.question} search={search} />
        </Text>
        {row.conversation_id && (
          <AnchorLink
            to="/app/$appId/logs/$conversationId"
            params={{ appId, conversationId: row.conversation_id }}
            search={{ message: row.message_id ?? undefined }}
            size="xs"
            underline="always"
          >
            {t("fromConversation")}
          </AnchorLink>
        )}
      </Table.Td>
      <Table.Td maw={420}>
        <Text size="sm" lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          <FoundText text={row.answer} search={search} />
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {row.hit_count > 0 ? (
          <Button size="compact-sm" variant="subtle" onClick={onHits} aria-label={t("hits.open", { count: row.hit_count })}>
            {row.hit_count}
          </Button>
        ) : (
          <Text size="sm" c="dimmed" px="xs">
            0
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" style={{ whiteSpace: "nowrap" }}>
          <RelativeTime value={row.updated_at} />
        </Text>
        <Text size="xs" c="dimmed">
          {row.author}
        </Text>
        {!row.embedded && (
          <Tooltip label={t("notEmbeddedHint")}>
            <Badge variant="light" color="gray" c="var(--mantine-color-text)" tt="none">
              {t("notEmbedded")}
            </Badge>
          </Tooltip>
        )}
      </Table.Td>
      <Table.Td>
        {mayEdit && (
          <Group gap={2} wrap="nowrap" justify="flex-end">
            <Tooltip label={t("common:action.edit")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("editOf", { question: row.question.slice(0, 60) })} onClick={onEdit}>
                <IconEdit size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("common:action.delete")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("deleteOf", { question: row.question.slice(0, 60) })}
                onClick={onDelete}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function DeleteDialog({ appId, annotation, onClose }: { appId: string; annotation: Annotation; onClose: () => void }) {
  const { t } = useTranslation(["annotations", "common"]);
  const remove = useDeleteAnnotation(appId);
  return (
    <ConfirmDialog
      title={t("delete.title")}
      text={t("delete.text", { question: annotation.question.slice(0, 200), count: annotation.hit_count })}
      confirm={t("common:action.delete")}
      error={remove.error}
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(annotation.id, {
          onSuccess: () => {
            notifications.show({ message: t("delete.done") });
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}

function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t("state.loading")}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={56} />
      ))}
    </Stack>
  );
}
