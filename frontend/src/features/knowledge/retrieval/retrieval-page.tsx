import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { datasetQuery } from "@/features/knowledge/knowledge-queries";
import { AskPanel } from "@/features/knowledge/retrieval/ask-panel";
import { RecentQuestions } from "@/features/knowledge/retrieval/recent-questions";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import { fromRetrieval, type RetrievalSettings } from "@/features/knowledge/retrieval/retrieval-settings";
import { SettingsPanel } from "@/features/knowledge/retrieval/settings-panel";
import { TestSetsPanel } from "@/features/knowledge/retrieval/test-sets-panel";
import { useAsk } from "@/features/knowledge/retrieval/use-ask";
import { useWorkspace } from "@/lib/use-workspace";

const ROUTE = "/frame/knowledge/$datasetId/retrieval";

/** Ask the dataset, see why it answers as it does, and measure settings by questions with known answers. */
export default function RetrievalPage() {
  const { datasetId } = useParams({ from: ROUTE });
  const workspace = useWorkspace();
  const { data: dataset, error, refetch } = useQuery(datasetQuery(workspace.id, datasetId));
  if (error && !dataset) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!dataset) return <PageSkeleton />;
  return <RetrievalView key={dataset.id} dataset={dataset} />;
}

function RetrievalView({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("knowledge-retrieval");
  const navigate = useNavigate({ from: "/knowledge/$datasetId/retrieval" });
  const { query = "", tab: wanted, set } = useSearch({ from: ROUTE });
  const tab = wanted === "sets" ? "sets" : "ask";
  const [variants, setVariants] = useState<RetrievalSettings[]>(() => [fromRetrieval(dataset.retrieval)]);
  const [question, setQuestion] = useState(query);
  const asking = useAsk(dataset);
  const show = (to: { query?: string; tab?: string; set?: Id }) => void navigate({ search: (now) => ({ ...now, ...to }), replace: true });
  const ask = (words: string) => {
    setQuestion(words);
    asking.ask(words, variants);
    show({ query: words, tab: undefined });
  };
  return (
    <div className={classes.page}>
      <PageHeader title={t("title")} hint={t("hint")} />
      <div className={classes.columns}>
        <aside className={classes.aside} aria-label={t("settings.title")}>
          <SettingsPanel dataset={dataset} variants={variants} onChange={setVariants} />
          {tab === "ask" && <RecentQuestions dataset={dataset} onAsk={ask} />}
        </aside>
        <Tabs value={tab} onChange={(next) => show({ tab: next === "ask" ? undefined : (next ?? undefined) })} keepMounted={false} miw={0}>
          <Tabs.List mb="md">
            <Tabs.Tab value="ask">{t("tab.ask")}</Tabs.Tab>
            <Tabs.Tab value="sets">{t("tab.sets")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="ask">
            <AskPanel
              dataset={dataset}
              question={question}
              onQuestion={setQuestion}
              variants={variants}
              asking={asking}
              set={set}
              onSet={(id) => show({ set: id })}
              onAsk={ask}
            />
          </Tabs.Panel>
          <Tabs.Panel value="sets">
            <TestSetsPanel dataset={dataset} variants={variants} set={set} onSet={(id) => show({ set: id })} onAsk={ask} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </div>
  );
}
