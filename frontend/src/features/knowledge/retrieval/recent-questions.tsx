import { Paper, Text, Title, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { recentQueriesQuery } from "@/features/knowledge/knowledge-queries";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import { relativeTime } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

/** What the dataset was asked lately, here or by apps, to be asked again. */
export function RecentQuestions({ dataset, onAsk }: { dataset: Dataset; onAsk(question: string): void }) {
  const { t, i18n } = useTranslation("knowledge-retrieval");
  const language = useLanguage();
  const workspace = useWorkspace();
  const { data, dataUpdatedAt } = useQuery(recentQueriesQuery(workspace.id, dataset.id));
  const rows = data?.results.filter((row, index, all) => all.findIndex((one) => one.content === row.content) === index);
  if (!rows || rows.length === 0) return null;
  return (
    <Paper component="section" withBorder radius="md" p="md" aria-labelledby="recent-title">
      <Title order={2} size="h5" id="recent-title" mb={4}>
        {t("recent.title")}
      </Title>
      {rows.map((row) => {
        const source = i18n.exists(`recent.source.${row.source}`, { ns: "knowledge-retrieval" })
          ? t(`recent.source.${row.source}`)
          : row.source;
        return (
          <UnstyledButton key={row.id} className={classes.recent} title={row.content} onClick={() => onAsk(row.content)}>
            {row.content}
            <Text span size="xs" c="dimmed" display="block">
              {`${source} · ${relativeTime(row.created_at, language, dataUpdatedAt)}`}
            </Text>
          </UnstyledButton>
        );
      })}
    </Paper>
  );
}
