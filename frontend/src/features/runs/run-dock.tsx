import { ActionIcon, Skeleton, Tabs, Text, Tooltip } from "@mantine/core";
import { IconHistoryToggle, IconX } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import { isOver } from "@/features/canvas/run-reducer";
import { keepEscape } from "@/lib/keep-escape";
import { useLatest } from "@/lib/use-latest";
import { type EditorState, shownRun, useEditor, useEditorActions, useEditorStore } from "@/features/canvas/store";
import { ChatPreview } from "./chat-preview";
import { readChat } from "./chat-session";
import { WaitingForms } from "./human-input/waiting-forms";
import { FlowEstimate } from "./flow-estimate";
import { InputsPane } from "./inputs-pane";
import { PartFailure } from "./part-failure";
import { PartNote } from "./part-note";
import { usePinnedRun } from "./pin-run";
import classes from "./run-dock.module.css";
import { LiveEvents } from "./run-events";
import { RunFacts } from "./run-facts";
import { RunAgainContext, useEditorAgain, useParts, useRunParts } from "./run-parts";
import { RunResult } from "./run-result";
import { StartFailureView } from "./start-failure";
import { TraceList } from "./trace-list";
import { useTestRun } from "./use-test-run";

const DockDebugBar = lazy(() => import("./debug/dock-debug-bar"));
const VariablesTab = lazy(() => import("./variables/variables-tab"));
const DockScrubber = lazy(() => import("./scrubber/dock-scrubber"));

const selectRun = (state: EditorState) => state.run;
const selectRunId = (state: EditorState) => state.activeRunId;
/** Whether conversations keep variables from turn to turn. */
const selectKeeps = (state: EditorState) => (state.document.conversation_variables?.length ?? 0) > 0;
const selectMode = (state: EditorState) => state.mode;

/** What a run waits for: an input that is missing, else the message. */
const TO_FILL_IN = "[aria-invalid=true], [data-composer]";

/** The bottom dock: inputs, live result and trace of a test run; for chatflows a conversation. */
export function RunDock() {
  const { t } = useTranslation("runs");
  const actions = useEditorActions();
  const { appId } = useEditorStore().getState();
  const run = useEditor(selectRun);
  const shown = useEditor(shownRun);
  const runId = useEditor(selectRunId);
  const chat = useEditor(selectMode) !== "workflow";
  const test = useTestRun();
  const send = useRef<((stepping?: boolean) => void) | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const first = chat ? "chat" : "result";
  const [tab, setTab] = useState<string | null>(first);
  const [replaying, setReplaying] = useState(false);
  const [chosen, setChosen] = useState<{ runId: string; step: string } | null>(null);
  const step = chosen?.runId === runId ? chosen.step : null;
  const openNode = useCallback((nodeId: string, field?: string) => actions.focusField(nodeId, field ?? null), [actions]);

  const again = useEditorAgain();
  const parts = useRunParts();
  const keeps = useEditor(selectKeeps);
  const started = useParts((state) => (state.started?.run.id === runId ? state.started : null));
  const refused = useParts((state) => state.failure !== null && state.alone === null);

  usePinnedRun();

  const latest = useLatest(test);
  const to = useParts((state) => (state.to?.appId === appId ? state.to.nodeId : null));
  useEffect(() => {
    if (!to) return;
    useParts.setState({ to: null });
    void latest.current.startTo(to);
  }, [to, latest]);
  // A part has no message in the conversation: what it gives stands in its trace.
  const [partShown, setPartShown] = useState<string | null>(null);
  if (started && partShown !== started.run.id) {
    setPartShown(started.run.id);
    setTab("trace");
  }
  useEffect(
    () =>
      actions.registerRunControls({
        start: (stepping) => {
          setTab(chat ? "chat" : "result");
          if (chat && send.current) send.current(stepping);
          else void latest.current.start({ stepping });
        },
        stop: () => void latest.current.stop(),
        ready: () => {
          const ready = latest.current.ready();
          if (!ready) requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(TO_FILL_IN)?.focus());
          return ready;
        },
      }),
    [actions, chat, latest],
  );
  const withInputs = !chat || test.fields.some((field) => !field.hidden);
  return (
    <RunAgainContext.Provider value={again}>
      <div ref={root} className={classes.dock} onKeyDownCapture={keepEscape}>
        <Tabs value={tab} onChange={setTab} variant="default" style={{ display: "contents" }} keepMounted={false}>
          <div className={classes.head}>
            <Tabs.List>
              {chat && <Tabs.Tab value="chat">{t("tab.chat")}</Tabs.Tab>}
              {!chat && <Tabs.Tab value="result">{t("tab.result")}</Tabs.Tab>}
              <Tabs.Tab value="trace">{t("tab.trace")}</Tabs.Tab>
              <Tabs.Tab value="variables">{t("tab.variables")}</Tabs.Tab>
              <Tabs.Tab value="events">{t("tab.events")}</Tabs.Tab>
            </Tabs.List>
            {runId ? <RunFacts run={shown} /> : <FlowEstimate />}
            {runId && isOver(run) && (
              <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId }} size="xs">
                {t("openRun")}
              </AnchorLink>
            )}
            {runId && isOver(run) && <ReplaySwitch open={replaying} onChange={setReplaying} />}
            <Tooltip label={t("close")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("closeDock")} onClick={() => actions.setRunDock(false)}>
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </div>
          {replaying && runId && isOver(run) && (
            <Suspense fallback={<Skeleton height={44} radius={0} />}>
              <DockScrubber key={runId} runId={runId} run={run} />
            </Suspense>
          )}
          {runId && run.stops > 0 && !isOver(run) && (
            <Suspense fallback={<Skeleton height={44} radius={0} />}>
              <DockDebugBar runId={runId} />
            </Suspense>
          )}
          {test.failure && (
            <div className={classes.failure}>
              <StartFailureView test={test} />
            </div>
          )}
          {refused && (
            <div className={classes.failure}>
              <PartFailure />
            </div>
          )}
          {started?.run.part && <PartNote part={started.run.part} started={started} appId={appId} />}
          {chat && runId && <WaitingForms runId={runId} run={run} above />}
          <div className={classes.body}>
            {withInputs && <InputsPane test={test} chat={chat} />}
            {chat && (
              <Tabs.Panel value="chat" className={classes.view} keepMounted>
                <ChatPreview test={test} send={send} onOpenNode={openNode} />
              </Tabs.Panel>
            )}
            <Tabs.Panel value="result" className={classes.view}>
              {runId && <WaitingForms runId={runId} run={run} />}
              {runId ? <RunResult run={shown} onOpenNode={openNode} /> : <Hint text={t("result.none")} />}
            </Tabs.Panel>
            <Tabs.Panel value="trace" className={classes.view}>
              {runId ? (
                <TraceList trace={shown.trace} selected={step} onSelect={(id) => setChosen({ runId, step: id })} onOpenNode={openNode} />
              ) : (
                <Hint text={t("result.none")} />
              )}
            </Tabs.Panel>
            <Tabs.Panel value="variables" className={classes.view}>
              {runId ? (
                <Suspense fallback={<Skeleton height={80} m="sm" />}>
                  <VariablesTab
                    run={shown}
                    runId={runId}
                    appId={appId}
                    conversationId={keeps ? readChat(appId).conversationId : null}
                    onRunFrom={isOver(run) && parts.can("restart") ? parts.runFrom : undefined}
                  />
                </Suspense>
              ) : (
                <Hint text={t("result.none")} />
              )}
            </Tabs.Panel>
            <Tabs.Panel value="events" className={classes.view}>
              {runId ? <LiveEvents key={runId} runId={runId} /> : <Hint text={t("result.none")} />}
            </Tabs.Panel>
          </div>
        </Tabs>
        <Announcer />
      </div>
    </RunAgainContext.Provider>
  );
}

/** Shows and puts away the replay of a run that is over. */
function ReplaySwitch({ open, onChange }: { open: boolean; onChange(open: boolean): void }) {
  const { t } = useTranslation("runs");
  return (
    <Tooltip label={t("replay")}>
      <ActionIcon
        variant={open ? "light" : "subtle"}
        color={open ? undefined : "gray"}
        aria-label={t("replay")}
        aria-pressed={open}
        onClick={() => onChange(!open)}
      >
        <IconHistoryToggle size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function Hint({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed" p="md">
      {text}
    </Text>
  );
}

/** Tells a screen reader the start, each failure and the end of a run; not each token. */
function Announcer() {
  const { t } = useTranslation(["runs", "common"]);
  const state = useEditor((editor) => (editor.activeRunId ? editor.run.state : null));
  const failed = useEditor(
    (editor) => editor.run.trace.filter((step) => step.state === "failed" || step.state === "exception").at(-1)?.title ?? null,
  );
  const words = [state ? t(`common:runState.${state}`) : "", failed ? t("failure.title", { node: failed }) : ""];
  return (
    <div role="status" aria-live="polite" style={{ position: "absolute", width: 1, height: 1, overflow: "hidden", clipPath: "inset(50%)" }}>
      {words.filter(Boolean).join(". ")}
    </div>
  );
}
