import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "@/api/keys";
import { subscribe } from "@/lib/live";
import { useWorkspace } from "@/lib/use-workspace";

/** Keeps lists fresh: what changes anywhere in the workspace marks the queries that show it as old. */
export function useWorkspaceChanges(): void {
  const client = useQueryClient();
  const { id } = useWorkspace();
  useEffect(
    () =>
      subscribe(`workspace:${id}`, null, ({ change }) => {
        if (!change) return;
        const appId = typeof change.app_id === "string" ? change.app_id : null;
        if (change.kind.startsWith("run_")) {
          if (appId) void client.invalidateQueries({ queryKey: keys.runs(id, appId) });
        } else if (change.kind.startsWith("credential_") || change.kind.startsWith("model_")) {
          void client.invalidateQueries({ queryKey: keys.credentials(id) });
          void client.invalidateQueries({ queryKey: keys.models(id) });
        }
        if (change.kind.startsWith("run_")) void client.invalidateQueries({ queryKey: keys.home(id), refetchType: "active" });
        if (/^(app|run|version)_/.test(change.kind)) void client.invalidateQueries({ queryKey: keys.apps(id) });
      }),
    [client, id],
  );
}
