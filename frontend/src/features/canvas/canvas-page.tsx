import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy } from "react";
import { ErrorState } from "@/components/error-state";
import { isSimple } from "@/features/simple/settings";
import { useWorkspace } from "@/lib/use-workspace";
import { CanvasSkeleton } from "./canvas-skeleton";
import { appQuery, draftQuery, nodeTypesQuery } from "./data";
import { Editor } from "./editor";

const SimplePage = lazy(() => import("@/features/simple/simple-page"));

/** The editor of one app: its canvas, or the settings of an app that has no drawing. */
export default function CanvasPage() {
  const { appId } = useParams({ from: "/frame/app/$appId/canvas" });
  const workspace = useWorkspace();
  const app = useQuery(appQuery(workspace.id, appId));
  const draft = useQuery(draftQuery(workspace.id, appId));
  const types = useQuery(nodeTypesQuery);
  const failed = [app, draft, types].find((query) => query.error && !query.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} page />;
  if (!app.data || !draft.data || !types.data) return <CanvasSkeleton />;
  if (isSimple(app.data.mode)) return <SimplePage key={appId} app={app.data} draft={draft.data} />;
  return <Editor key={appId} app={app.data} draft={draft.data} nodeTypes={types.data} />;
}
