import { Skeleton, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { RunDetail } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useDocumentTitle } from "@/components/page-header";
import { FlowView } from "@/features/canvas/flow-view";
import { isOver } from "@/features/canvas/run-reducer";
import { useWorkspace } from "@/lib/use-workspace";
import { runQuery } from "./data";
import { WaitingForms } from "./human-input/waiting-forms";
import { JsonFold } from "./json-view";
import { PartNote } from "./part-note";
import { RunActions } from "./run-actions";
import { RunEvents } from "./run-events";
import { RunFacts } from "./run-facts";
import classes from "./run-page.module.css";
import { RunAgainContext } from "./run-parts";
import { RunResult } from "./run-result";
import { Scrubber } from "./scrubber/scrubber";
import { useReplay } from "./scrubber/use-replay";
import { useReplayKeys } from "./scrubber/use-replay-keys";
import { defaultStep, TraceList } from "./trace-list";
import traceClasses from "./trace.module.css";
import { usePageAgain } from "./use-page-again";
import { useRunView } from "./use-run-view";

const VariablesTab = lazy(() => import("./variables/variables-tab"));
const PageDebugBar = lazy(() => import("./debug/page-debug-bar"));

/** One run, replayed on the canvas of its version. */
export default function RunPage() {
  const { t } = useTranslation("runs");
  const { runId } = useParams({ from: "/frame/app/$appId/runs/$runId" });
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(runQuery(workspace.id, runId));
  useDocumentTitle(t("page.title"));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!data) return <Skeleton height="100%" radius={0} aria-label={t("page.loading")} />;
  return <Loaded key={data.id} run={data} workspaceId={workspace.id} />;
}

function Loaded({ run, workspaceId }: { run: RunDetail; workspaceId: string }) {
  const { t } = useTranslation(["runs", "parts", "replay"]);
  const search = useSearch({ from: "/frame/app/$appId/runs/$runId" });
  const navigate = useNavigate({ from: "/app/$appId/runs/$runId" });
  const { view: whole, events } = useRunView(workspaceId, run);
  const tab = search.tab ?? (whole.state === "failed" ? "trace" : "result");
  const set = useCallback(
    (patch: { node?: string; tab?: string; at?: number }) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true }),
    [navigate],
  );
  const replay = useReplay(events, whole, search.at, (at) => set({ at }));
  useReplayKeys(replay);
  const shown = useStore(replay, (state) => state.shown);
  const view = shown ?? whole;
  const step = useMemo(
    () => view.trace.findLast((one) => one.nodeId === search.node) ?? defaultStep(view.trace),
    [view.trace, search.node],
  );
  const onSelectNode = useCallback((node: string | null) => node && set({ node, tab: "trace" }), [set]);
  const openNode = useCallback(
    (node: string) => void navigate({ to: "/app/$appId/canvas", params: { appId: run.app_id }, search: { node, run: run.id } }),
    [navigate, run.app_id, run.id],
  );
  const heading =
    run.version_number === null
      ? t("page.headingDraft")
      : t("page.heading", { version: t("version.number", { number: run.version_number }) });
  const { again, failure } = usePageAgain(run, whole);
  return (
    <RunAgainContext.Provider value={again}>
      <div className={classes.page}>
        <header className={classes.head}>
          <h1 className={classes.title}>{heading}</h1>
          <RunFacts run={view} />
          <RunActions run={run} view={whole} />
        </header>
        {failure !== null && <ErrorState error={failure} title={t("parts:refused.title")} />}
        {whole.stops > 0 && !isOver(whole) && (
          <Suspense fallback={<Skeleton height={44} radius={0} />}>
            <PageDebugBar run={run} view={whole} onShow={onSelectNode} />
          </Suspense>
        )}
        {run.part && <PartNote part={run.part} appId={run.app_id} />}
        <div className={classes.body}>
          <div className={classes.canvas}>
            <FlowView
              document={run.document}
              mode={run.mode}
              runView={view}
              selectedNodeId={view.held[0]?.nodeId ?? (shown && !search.node ? null : (step?.nodeId ?? null))}
              onSelectNode={onSelectNode}
            />
          </div>
          <aside className={classes.side} aria-label={t("page.details")}>
            <Tabs value={tab} onChange={(next) => next && set({ tab: next })} keepMounted={false} className={classes.tabs}>
              <Tabs.List>
                <Tabs.Tab value="result">{t("tab.result")}</Tabs.Tab>
                <Tabs.Tab value="trace">{t("tab.trace")}</Tabs.Tab>
                <Tabs.Tab value="inputs">{t("tab.inputs")}</Tabs.Tab>
                <Tabs.Tab value="variables">{t("tab.variables")}</Tabs.Tab>
                <Tabs.Tab value="events">{t("tab.events")}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="result" className={classes.panel}>
                {!shown && <WaitingForms runId={run.id} run={whole} />}
                {shown?.state === "paused" && (
                  <Text size="sm" c="dimmed" p="sm">
                    {t("replay:what.paused")}
                  </Text>
                )}
                <RunResult run={view} onOpenNode={openNode} />
              </Tabs.Panel>
              <Tabs.Panel value="trace" className={`${classes.panel} ${traceClasses.stacked}`}>
                <TraceList
                  trace={view.trace}
                  selected={step?.nodeRunId ?? null}
                  onSelect={(id) => set({ node: view.trace.find((one) => one.nodeRunId === id)?.nodeId })}
                  onOpenNode={openNode}
                />
              </Tabs.Panel>
              <Tabs.Panel value="inputs" className={classes.panel} p="sm">
                {run.query && <JsonFold title={t("page.query")} value={run.query} open />}
                <JsonFold title={t("step.inputs")} value={run.inputs} open />
              </Tabs.Panel>
              <Tabs.Panel value="variables" className={classes.panel}>
                <Suspense fallback={<Skeleton height={80} m="sm" />}>
                  <VariablesTab
                    run={view}
                    runId={run.id}
                    appId={run.app_id}
                    conversationId={run.document.conversation_variables?.length ? run.conversation_id : null}
                  />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="events" className={classes.panel}>
                <RunEvents events={shown ? events.filter((event) => event.seq <= shown.lastSeq) : events} />
              </Tabs.Panel>
            </Tabs>
          </aside>
        </div>
        {events.length > 0 && <Scrubber replay={replay} run={whole} linkTo={linkToInstant} />}
        {events.length === 0 && isOver(whole) && (
          <Text size="xs" c="dimmed" className={classes.foot}>
            {t("replay:gone")}
          </Text>
        )}
      </div>
    </RunAgainContext.Provider>
  );
}

/** This page's address, at another instant. */
function linkToInstant(seq: number): string {
  const address = new URL(window.location.href);
  address.searchParams.set("at", String(seq));
  return address.href;
}
