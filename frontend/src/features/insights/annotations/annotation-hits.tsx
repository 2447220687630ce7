import { Modal, Pagination, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Annotation } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { annotationHitsQuery } from "@/features/insights/insights-queries";
import { useWorkspace } from "@/lib/use-workspace";

const PER_PAGE = 10;

/** The questions that were answered from an annotation, and how alike they were. */
export function AnnotationHits({ appId, annotation, onClose }: { appId: string; annotation: Annotation; onClose: () => void }) {
  const { t } = useTranslation(["annotations", "runs", "common"]);
  const workspace = useWorkspace();
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useQuery(annotationHitsQuery(workspace.id, appId, annotation.id, page));
  const pages = Math.ceil((data?.total ?? 0) / PER_PAGE);
  return (
    <Modal opened onClose={onClose} title={t("hits.title")} size="xl">
      <Stack>
        <Text size="sm" fw={500} lineClamp={3}>
          {annotation.question}
        </Text>
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {isPending && <Skeleton height={160} />}
        {data && (
          <Table verticalSpacing="xs" aria-label={t("hits.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("hits.question")}</Table.Th>
                <Table.Th ta="right">{t("hits.score")}</Table.Th>
                <Table.Th>{t("hits.source")}</Table.Th>
                <Table.Th>{t("hits.when")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.results.map((hit) => (
                <Table.Tr key={hit.id}>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>
                    {hit.conversation_id ? (
                      <AnchorLink
                        to="/app/$appId/logs/$conversationId"
                        params={{ appId, conversationId: hit.conversation_id }}
                        size="sm"
                        underline="always"
                      >
                        {hit.question}
                      </AnchorLink>
                    ) : (
                      hit.question
                    )}
                  </Table.Td>
                  <Table.Td ta="right">{hit.score.toFixed(3)}</Table.Td>
                  <Table.Td>{hit.source ? t(`runs:source.${hit.source}`) : "–"}</Table.Td>
                  <Table.Td>
                    <RelativeTime value={hit.created_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {pages > 1 && (
          <Pagination
            total={pages}
            value={page}
            onChange={setPage}
            getControlProps={(control) => ({ "aria-label": t(`common:page.${control}`) })}
            getItemProps={(number) => ({ "aria-label": t("common:page.number", { page: number }) })}
          />
        )}
      </Stack>
    </Modal>
  );
}
