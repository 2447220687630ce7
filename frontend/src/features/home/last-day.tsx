import { Group, Paper, Skeleton, Text, Title, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { HomeNumbers, RunBrief } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { ErrorState } from "@/components/error-state";
import { PlainLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import classes from "@/features/home/home.module.css";
import { homeQuery } from "@/features/home/home-queries";
import { compactNumber, cost } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

/** What ran in the last day, failures first, and what today has cost. */
export function LastDay() {
  const { t } = useTranslation("home");
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(homeQuery(workspace.id));
  return (
    <section aria-labelledby="day-title">
      <Title order={2} size="h4" mb="sm" id="day-title">
        {t("day.title")}
      </Title>
      {isPending && <Skeleton height={180} radius="md" />}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <Paper withBorder radius="md" className={classes.panel}>
          <Numbers numbers={data} />
          {data.recent.length === 0 ? (
            <Text size="sm" c="dimmed" p="md">
              {t("day.none")}
            </Text>
          ) : (
            <ul className={classes.rows}>
              {data.recent.map((run) => (
                <li key={run.id}>
                  <RunRow run={run} />
                </li>
              ))}
            </ul>
          )}
        </Paper>
      )}
    </section>
  );
}

function Numbers({ numbers: { runs, spent } }: { numbers: HomeNumbers }) {
  const { t } = useTranslation("home");
  const language = useLanguage();
  const notes = [
    runs.failed > 0 ? t("day.failed", { count: runs.failed }) : runs.total > 0 ? t("day.allGood") : "",
    runs.unfinished > 0 ? t("day.unfinished", { count: runs.unfinished }) : "",
  ].filter(Boolean);
  return (
    <dl className={classes.numbers}>
      <div>
        <dt>{t("day.runs")}</dt>
        <dd>{compactNumber(runs.total, language)}</dd>
        <dd data-bad={runs.failed > 0 || undefined}>{notes.join(" · ")}</dd>
      </div>
      <div>
        <dt>
          <Tooltip label={t("day.noPrice")}>
            <span>{t("day.spent")}</span>
          </Tooltip>
        </dt>
        <dd>{cost(spent.today_usd, language)}</dd>
        <dd>{t("day.yesterday", { cost: cost(spent.yesterday_usd, language) })}</dd>
      </div>
      <div>
        <dt>{t("day.tokens")}</dt>
        <dd>{compactNumber(spent.today_tokens, language)}</dd>
      </div>
    </dl>
  );
}

function RunRow({ run }: { run: RunBrief }) {
  return (
    <PlainLink to="/app/$appId/runs/$runId" params={{ appId: run.app.id, runId: run.id }} className={classes.row}>
      <AppIcon app={run.app} size={24} />
      <span className={classes.rowText}>
        <Text span size="sm" fw={600} truncate>
          {run.app.name}
        </Text>
        {run.error && (
          <Text span size="xs" c="dimmed" truncate>
            {[run.error.node_title, run.error.message].filter(Boolean).join(": ")}
          </Text>
        )}
      </span>
      <Group gap="sm" wrap="nowrap" className={classes.rowEnd}>
        <RunStateLabel state={run.state} />
        <Text span size="xs" c="dimmed" className={classes.when}>
          <RelativeTime value={run.created_at} />
        </Text>
      </Group>
    </PlainLink>
  );
}
