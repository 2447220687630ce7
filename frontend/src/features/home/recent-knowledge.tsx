import { Group, Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { AnchorLink, PlainLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import classes from "@/features/home/home.module.css";
import { DatasetIcon } from "@/features/knowledge/dataset-icon";
import { datasetsQuery } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

const SHOWN = 5;

/** The datasets that were changed last; nothing while there are none. */
export function RecentKnowledge() {
  const { t } = useTranslation("home");
  const workspace = useWorkspace();
  const { data } = useQuery(datasetsQuery(workspace.id, {}));
  if (!data || data.total === 0) return null;
  return (
    <section aria-labelledby="knowledge-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="knowledge-title">
          {t("knowledge.title")}
        </Title>
        <AnchorLink to="/knowledge" size="sm">
          {t("knowledge.all")}
        </AnchorLink>
      </Group>
      <Paper withBorder radius="md" className={classes.panel}>
        <ul className={classes.rows}>
          {data.results.slice(0, SHOWN).map((dataset) => (
            <li key={dataset.id}>
              <PlainLink to="/knowledge/$datasetId/documents" params={{ datasetId: dataset.id }} className={classes.row}>
                <DatasetIcon dataset={dataset} />
                <span className={classes.rowText}>
                  <Text span size="sm" fw={600} truncate>
                    {dataset.name}
                  </Text>
                  <Text span size="xs" c={dataset.failed > 0 ? "var(--tm-bad)" : "dimmed"}>
                    {t("knowledge.documents", { count: dataset.documents })}
                    {dataset.failed > 0 && ` · ${t("knowledge.failed", { count: dataset.failed })}`}
                  </Text>
                </span>
                <Text span size="xs" c="dimmed" className={classes.when}>
                  <RelativeTime value={dataset.updated_at} />
                </Text>
              </PlainLink>
            </li>
          ))}
        </ul>
      </Paper>
    </section>
  );
}
