import { useQuery } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Draft } from "@/api/types";
import { sendHeldText } from "@/features/prompt/held-text";
import { subscribe } from "@/lib/live";
import { type Autosave, isUnsaved } from "./autosave";
import { defaultModelsQuery } from "./data";
import type { EditorStore } from "./store";

/** Keep the open node and run in the address, so that the view can be sent on and survives a reload. */
export function useEditorAddress(store: EditorStore): void {
  const navigate = useNavigate({ from: "/app/$appId/canvas" });
  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (state.openNodeId === before.openNodeId && state.activeRunId === before.activeRunId) return;
        void navigate({
          search: (old) => ({ ...old, node: state.openNodeId ?? undefined, run: state.activeRunId ?? undefined }),
          replace: true,
        });
      }),
    [store, navigate],
  );
}

/** Feed the events of the active run to the editor, from its beginning and as they come. */
export function useRunStream(store: EditorStore): void {
  useEffect(() => {
    let end: (() => void) | null = null;
    const follow = (runId: string | null): void => {
      end?.();
      end = runId
        ? subscribe(`run:${runId}`, null, ({ events }) => events && store.actions.applyRunEvents(events.map(({ event }) => event)))
        : null;
    };
    follow(store.getState().activeRunId);
    const unsubscribe = store.subscribe((state, before) => {
      if (state.activeRunId !== before.activeRunId) follow(state.activeRunId);
    });
    return () => {
      unsubscribe();
      end?.();
    };
  }, [store]);
}

/** When another tab or person saved this app and nothing is unsaved here, take what they saved. */
export function useFollowOthers(store: EditorStore, autosave: Autosave | null, fetchDraft: () => Promise<Draft>): void {
  useEffect(() => {
    if (!autosave) return;
    const { workspaceId, appId } = store.getState();
    return subscribe(`workspace:${workspaceId}`, null, ({ change }) => {
      if (change?.kind !== "draft_saved" || (change.app_id ?? change.id) !== appId) return;
      if (typeof change.revision === "number" && change.revision <= store.getState().revision) return;
      // Our own save is also told; by then its answer has usually raised the revision here.
      void fetchDraft().then(autosave.follow, () => undefined);
    });
  }, [store, autosave, fetchDraft]);
}

/** Leaving saves first; when that fails the browser or `ask` lets the person decide. */
export function useLeaveGuard(store: EditorStore, autosave: Autosave | null, ask: () => Promise<boolean>): void {
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      sendHeldText();
      if (!autosave || current.pathname === next.pathname || !isUnsaved(store.getState())) return false;
      return !(await autosave.flush()) && !(await ask());
    },
    enableBeforeUnload: () => {
      sendHeldText();
      return isUnsaved(store.getState());
    },
  });
}

/** New model steps start with the workspace's default model. */
export function useDefaultModel(store: EditorStore): void {
  const { data } = useQuery(defaultModelsQuery(store.getState().workspaceId));
  useEffect(() => {
    const found = data?.find(({ type }) => type === "llm");
    store.setState({ defaultModel: found ? { provider: found.provider, name: found.name } : null });
  }, [store, data]);
}
