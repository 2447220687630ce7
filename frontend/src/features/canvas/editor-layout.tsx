import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { modals } from "@mantine/modals";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { App } from "@/api/types";
import { HeaderSlot } from "@/components/header-slot";
import { type Autosave, localBackup, startAutosave } from "./autosave";
import { useCanvasUiStore } from "./canvas-ui";
import { ConflictBar } from "./conflict-bar";
import { fetchDraft, saveDraft } from "./data";
import { DockResizer, useDockSize } from "./dock-size";
import classes from "./editor.module.css";
import { EditorTools } from "./editor-tools";
import { FlowCanvas } from "./flow-canvas";
import { LeftDock } from "./left-dock";
import { useEditor, useEditorActions, useEditorStore } from "./store";
import { useDefaultModel, useEditorAddress, useFollowOthers, useLeaveGuard, useRunStream } from "./use-editor-links";

const Preview = lazy(() => import("./versions/preview").then(({ Preview: component }) => ({ default: component })));
const NodePanel = lazy(() => import("@/features/panel/node-panel").then(({ NodePanel: component }) => ({ default: component })));
const RunDock = lazy(() => import("@/features/runs/run-dock").then(({ RunDock: component }) => ({ default: component })));

function useAutosave(): Autosave | null {
  const store = useEditorStore();
  const [autosave, setAutosave] = useState<Autosave | null>(null);
  useEffect(() => {
    const { appId, workspaceId, readOnly, revision, document } = store.getState();
    if (readOnly) return;
    const backup = localBackup(appId);
    const kept = backup.read();
    const started = startAutosave(store, { save: (body) => saveDraft(workspaceId, appId, body), backup });
    // It listens to the window and to the store, so it begins and ends with the mounted editor.
    // oxlint-disable-next-line react/set-state-in-effect
    setAutosave(started);
    if (kept?.revision === revision) {
      store.actions.change({ key: "kept" }, () => kept.document);
    } else if (kept) {
      // Someone saved since these edits were made: both drafts are shown, and a person chooses.
      const { savedAt } = store.getState();
      store.actions.setSaving({
        saveState: "conflict",
        conflict: { document, revision, updatedBy: null, updatedAt: savedAt?.toISOString() ?? null, base: kept.base },
      });
      store.actions.change({ key: "kept" }, () => kept.document);
    }
    return started.stop;
  }, [store]);
  return autosave;
}

function useAskBeforeLeaving(): () => Promise<boolean> {
  const { t } = useTranslation("canvas");
  return useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        modals.openConfirmModal({
          title: t("leave.title"),
          children: t("leave.text"),
          labels: { confirm: t("leave.go"), cancel: t("leave.stay") },
          onConfirm: () => resolve(true),
          onCancel: () => resolve(false),
          onClose: () => resolve(false),
        });
      }),
    [t],
  );
}

/** Opens the dock and starts a run if nothing is left to fill in; a press before the dock has loaded counts once it has. */
function useTestRunPress() {
  const store = useEditorStore();
  const actions = useEditorActions();
  const controls = useEditor((state) => state.runControls);
  const waiting = useRef<{ stepping: boolean } | null>(null);
  useEffect(() => {
    const asked = waiting.current;
    if (!controls || !asked) return;
    waiting.current = null;
    if (controls.ready()) controls.start(asked.stepping);
  }, [controls]);
  return useCallback(
    (stepping = false) => {
      actions.setRunDock(true);
      const { runControls } = store.getState();
      if (!runControls) waiting.current = { stepping };
      else if (runControls.ready()) runControls.start(stepping);
    },
    [actions, store],
  );
}

/** Canvas in the middle, one dock at each other side, so that no two panels fight for the same place. */
export function EditorLayout({ app }: { app: App }) {
  const { t } = useTranslation("canvas");
  const store = useEditorStore();
  const ui = useCanvasUiStore();
  const client = useQueryClient();
  const search = useSearch({ from: "/frame/app/$appId/canvas" });
  const navigate = useNavigate({ from: "/app/$appId/canvas" });
  const autosave = useAutosave();
  const openNodeId = useEditor((state) => state.openNodeId);
  const runDockOpen = useEditor((state) => state.runDockOpen);
  const leftDock = useEditor((state) => state.leftDock);
  const [showTheirs, setShowTheirs] = useState(false);
  const panel = useDockSize("panel", { initial: 400, min: 360, max: 720 });
  const dock = useDockSize("run", { initial: 300, min: 180, max: 640 });
  const { appId, workspaceId } = store.getState();

  const loadDraft = useCallback(() => fetchDraft(workspaceId, appId), [workspaceId, appId]);
  useEditorAddress(store);
  useRunStream(store);
  useDefaultModel(store);
  useFollowOthers(store, autosave, loadDraft);
  useLeaveGuard(store, autosave, useAskBeforeLeaving());

  // What others show of this app is old once the editor is left.
  useEffect(() => () => void client.invalidateQueries({ queryKey: keys.apps(workspaceId) }), [client, workspaceId]);

  const save = useCallback(() => {
    const said = { at: { x: window.innerWidth / 2 - 60, y: 84 }, key: "hint.saved" };
    // When it fails the save state says why.
    void autosave?.flush().then((saved) => saved && ui.setState({ hint: said }));
  }, [autosave, ui]);
  const testRun = useTestRunPress();
  const viewVersion = useCallback(
    (version: string | undefined, diff?: string) => void navigate({ search: (old) => ({ ...old, version, diff }), replace: true }),
    [navigate],
  );

  return (
    <div className={classes.editor} style={{ "--panel": `${panel.size}px`, "--dock": `${dock.size}px` } as React.CSSProperties}>
      <HeaderSlot>
        <EditorTools app={app} autosave={autosave} testRun={testRun} pulsing={search.welcome !== undefined} />
      </HeaderSlot>
      {leftDock && !search.diff && <LeftDock viewed={search.version} onView={viewVersion} autosave={autosave} />}
      <div className={classes.middle}>
        {autosave && <ConflictBar autosave={autosave} showTheirs={showTheirs} onShowTheirs={setShowTheirs} />}
        <div className={classes.canvas}>
          {/* While something lies over the canvas, keys and clipboard belong to that. */}
          <div className={classes.below} inert={search.version !== undefined || showTheirs}>
            <FlowCanvas viewportKey={appId} save={save} testRun={testRun} />
          </div>
          {(search.version !== undefined || showTheirs) && (
            <Suspense fallback={null}>
              <Preview
                version={search.version}
                diff={search.diff}
                theirs={showTheirs}
                onView={viewVersion}
                onClose={() => (setShowTheirs(false), viewVersion(undefined))}
                autosave={autosave}
              />
            </Suspense>
          )}
        </div>
        <section className={classes.runDock} aria-label={t("dock.run")} hidden={!runDockOpen}>
          <DockResizer dock={dock} edge="top" label={t("dock.resizeRun")} />
          <Suspense fallback={null}>
            <RunDock />
          </Suspense>
        </section>
      </div>
      {openNodeId && !search.diff && (
        <aside className={classes.panel} aria-label={t("dock.panel")}>
          <DockResizer dock={panel} edge="left" label={t("dock.resizePanel")} />
          <Suspense fallback={null}>
            <NodePanel />
          </Suspense>
        </aside>
      )}
    </div>
  );
}
