import { Button, Group, Popover, Text } from "@mantine/core";
import { IconQuote } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import classes from "@/features/insights/logs/conversation.module.css";
import { citationsOf } from "@/features/insights/logs/cited";

/** The pieces of knowledge behind an answer; each shows its text and leads to its document. */
export function Citations({ citations }: { citations: readonly Record<string, unknown>[] }) {
  const { t } = useTranslation("logs");
  const shown = citationsOf(citations);
  if (shown.length === 0) return null;
  return (
    <Group gap={6} mt="xs" aria-label={t("citations")} role="group">
      {shown.map((one) => (
        <Popover key={one.key} width={380} position="bottom-start" withinPortal shadow="md" trapFocus returnFocus>
          <Popover.Target>
            <Button size="compact-xs" variant="default" leftSection={<IconQuote size={12} aria-hidden />} maw={260}>
              {one.document || one.dataset || t("citation.unnamed")}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <Text size="xs" c="dimmed" mb={4}>
              {[one.dataset, one.score !== null && t("citation.score", { score: one.score.toFixed(2) })].filter(Boolean).join(" · ")}
            </Text>
            <Text size="sm" className={classes.citation} tabIndex={0} role="region" aria-label={one.document}>
              {one.content}
            </Text>
            {one.datasetId && one.documentId && (
              <AnchorLink
                mt="xs"
                size="sm"
                underline="always"
                to="/knowledge/$datasetId/documents/$documentId"
                params={{ datasetId: one.datasetId, documentId: one.documentId }}
                search={{ segment: one.segmentId ?? undefined }}
              >
                {t("citation.open")}
              </AnchorLink>
            )}
          </Popover.Dropdown>
        </Popover>
      ))}
    </Group>
  );
}
