import { Badge, Group, Paper, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconLoader2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { PlainLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { DatasetIcon } from "@/features/knowledge/dataset-icon";
import { DatasetMenu } from "@/features/knowledge/datasets/dataset-menu";
import { type DatasetHealth, healthOf } from "@/features/knowledge/datasets/health";
import classes from "@/components/list-card.module.css";
import { compactNumber } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

const LOOKS: Record<DatasetHealth, { icon: typeof IconLoader2; color: string }> = {
  failed: { icon: IconAlertTriangle, color: "var(--tm-bad)" },
  modelMissing: { icon: IconAlertTriangle, color: "var(--tm-warn)" },
  working: { icon: IconLoader2, color: "var(--tm-busy)" },
  empty: { icon: IconCircleDashed, color: "var(--mantine-color-dimmed)" },
  ready: { icon: IconCircleCheck, color: "var(--tm-good)" },
};

interface Props {
  dataset: Dataset;
  /** How many apps use it; undefined until it is known. */
  apps: number | undefined;
}

/** A dataset with what is in it, how it is indexed, and whether something is wrong. */
export function DatasetCard({ dataset, apps }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const language = useLanguage();
  const facts = [
    t("card.documents", { count: dataset.documents, shown: compactNumber(dataset.documents, language) }),
    t("card.pieces", { count: dataset.pieces, shown: compactNumber(dataset.pieces, language) }),
  ];
  return (
    <Paper component="article" withBorder radius="md" className={classes.card} aria-label={dataset.name}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <DatasetIcon dataset={dataset} />
        <div className={classes.text}>
          <PlainLink to="/knowledge/$datasetId/documents" params={{ datasetId: dataset.id }} className={classes.name} title={dataset.name}>
            {dataset.name}
          </PlainLink>
          <IndexLine dataset={dataset} />
        </div>
        <div className={classes.menu}>
          <DatasetMenu dataset={dataset} />
        </div>
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2} className={classes.description}>
        {dataset.description || t("card.noDescription")}
      </Text>
      <Text size="sm">
        {facts.join(" · ")}
        <br />
        {apps === undefined ? "\u00a0" : apps === 0 ? t("card.unused") : t("card.apps", { count: apps })}
      </Text>
      {dataset.tags.length > 0 && (
        <Group gap={6} role="list" aria-label={t("card.tags")}>
          {dataset.tags.map((tag) => (
            <Badge key={tag.id} role="listitem" variant="default" tt="none" fw={500}>
              {tag.name}
            </Badge>
          ))}
        </Group>
      )}
      <Group gap="xs" justify="space-between" mt="auto">
        <Health dataset={dataset} />
        <Text size="xs" c="dimmed">
          <RelativeTime value={dataset.updated_at} />
        </Text>
      </Group>
    </Paper>
  );
}

function IndexLine({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("knowledge");
  const technique = dataset.indexing_technique || "open";
  return (
    <Text size="xs" c="dimmed" truncate title={dataset.embedding_model || undefined}>
      {technique === "high_quality" ? dataset.embedding_model : t(`technique.${technique}`)}
    </Text>
  );
}

function Health({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("knowledge");
  return (
    <Group gap="sm">
      {healthOf(dataset).map(({ health, count }) => {
        const { icon: Icon, color } = LOOKS[health];
        return (
          <Group key={health} component="span" gap={4} wrap="nowrap" display="inline-flex">
            <Icon size={15} color={color} aria-hidden />
            <Text span size="sm" c={color}>
              {t(`health.${health}`, { count })}
            </Text>
          </Group>
        );
      })}
    </Group>
  );
}
