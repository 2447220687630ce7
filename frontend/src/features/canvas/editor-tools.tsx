import { ActionIcon, Button, Kbd, Menu, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronDown,
  IconHistory,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { keyName } from "@/lib/shortcuts";
import type { Autosave } from "./autosave";
import { useCanvasUi } from "./canvas-ui";
import { breakpointsOf, toggleBreakpoints, useBreakpointCount } from "./breakpoints";
import classes from "./editor.module.css";
import { HistoryMenu, useActLabel } from "./history-menu";
import { PublishButton } from "./publish-button";
import { SaveState } from "./save-state";
import { type EditorState, useEditor, useEditorActions, useEditorStore } from "./store";

const ChecklistButton = lazy(() => import("@/features/panel/checklist").then(({ ChecklistButton: component }) => ({ default: component })));

const selectRunning = (state: EditorState): boolean =>
  state.activeRunId !== null && (state.run.state === "queued" || state.run.state === "running" || state.run.held.length > 0);
const selectLast = (state: EditorState) => state.history.past.at(-1)?.label;
const selectNext = (state: EditorState) => state.history.future[0]?.label;

interface Props {
  app: App;
  autosave: Autosave | null;
  testRun: (stepping?: boolean) => void;
  /** The first visit of an app made from a template: the test run is what to try now. */
  pulsing: boolean;
}

/** The editor's part of the top bar. */
export function EditorTools({ app, autosave, testRun, pulsing }: Props) {
  const { t } = useTranslation("canvas");
  const actions = useEditorActions();
  const readOnly = useEditor((state) => state.readOnly);
  const dock = useEditor((state) => state.leftDock);
  const last = useEditor(selectLast);
  const next = useEditor(selectNext);
  const words = useActLabel();
  const mod = keyName("Mod");
  return (
    <div className={classes.tools}>
      <SaveState autosave={autosave} />
      {!readOnly && (
        <>
          <Tooltip label={last ? t("history.undoThis", { act: words(last), keys: `${mod}+Z` }) : t("history.undo")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("history.undo")}
              className={classes.tool}
              aria-disabled={!last}
              onClick={actions.undo}
            >
              <IconArrowBackUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={next ? t("history.redoThis", { act: words(next), keys: `${mod}+Y` }) : t("history.redo")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("history.redo")}
              className={classes.tool}
              aria-disabled={!next}
              onClick={actions.redo}
            >
              <IconArrowForwardUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <HistoryMenu />
        </>
      )}
      <Tooltip label={t("versions.title")}>
        <ActionIcon
          variant={dock === "versions" ? "light" : "subtle"}
          color={dock === "versions" ? undefined : "gray"}
          size="lg"
          aria-label={t("versions.title")}
          aria-pressed={dock === "versions"}
          onClick={() => actions.setLeftDock(dock === "versions" ? null : "versions")}
        >
          <IconHistory size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Suspense fallback={null}>
        <ChecklistButton />
      </Suspense>
      <TestRunButton testRun={testRun} pulsing={pulsing} />
      {!readOnly && <PublishButton app={app} autosave={autosave} />}
    </div>
  );
}

function TestRunButton({ testRun, pulsing }: { testRun: Props["testRun"]; pulsing: boolean }) {
  const { t } = useTranslation("canvas");
  const store = useEditorStore();
  const running = useEditor(selectRunning);
  const ran = useEditor((state) => state.activeRunId !== null);
  const { appId } = store.getState();
  const marks = useBreakpointCount(appId);
  const estimate = useCanvasUi((ui) => ui.flowEstimate?.text);
  const mod = keyName("Mod");
  if (running) {
    return (
      <Tooltip label={`${mod}+.`}>
        <Button
          size="sm"
          variant="default"
          color="red"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={() => store.getState().runControls?.stop()}
        >
          {t("run.stop")}
        </Button>
      </Tooltip>
    );
  }
  return (
    <Button.Group>
      <Tooltip label={estimate ? `${mod}+Enter · ${estimate}` : `${mod}+Enter`}>
        <Button
          size="sm"
          variant="default"
          className={pulsing && !ran ? classes.pulse : undefined}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => testRun()}
        >
          {t("run.test")}
        </Button>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="sm" variant="default" px={6} aria-label={t("run.more")}>
            <IconChevronDown size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPlayerTrackNext size={16} aria-hidden />}
            rightSection={<Kbd size="xs">F10</Kbd>}
            onClick={() => testRun(true)}
          >
            {t("run.step")}
          </Menu.Item>
          {marks > 0 && (
            <Menu.Item onClick={() => toggleBreakpoints(appId, breakpointsOf(appId))}>
              {t("run.clearBreakpoints", { count: marks })}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
