import type { Id } from "@/api/types";

/** Query keys. Everything of a workspace starts with ["ws", id], everything of an app with ["ws", id, "app", appId]. */
export const keys = {
  setup: ["setup"] as const,
  me: ["me"] as const,
  tokens: ["me", "tokens"] as const,
  nodeTypes: ["node-types"] as const,
  workspace: (ws: Id) => ["ws", ws] as const,
  members: (ws: Id) => ["ws", ws, "members"] as const,
  providers: (ws: Id) => ["ws", ws, "providers"] as const,
  credentials: (ws: Id) => ["ws", ws, "credentials"] as const,
  models: (ws: Id, type?: string) => ["ws", ws, "models", ...(type ? [type] : [])] as const,
  defaultModels: (ws: Id) => ["ws", ws, "default-models"] as const,
  templates: (ws: Id) => ["ws", ws, "templates"] as const,
  apps: (ws: Id, filter?: object) => ["ws", ws, "apps", ...(filter ? [filter] : [])] as const,
  app: (ws: Id, app: Id) => ["ws", ws, "app", app] as const,
  draft: (ws: Id, app: Id) => ["ws", ws, "app", app, "draft"] as const,
  missing: (ws: Id, app: Id) => ["ws", ws, "app", app, "missing"] as const,
  versions: (ws: Id, app: Id) => ["ws", ws, "app", app, "versions"] as const,
  version: (ws: Id, app: Id, version: Id) => ["ws", ws, "app", app, "versions", version] as const,
  appKeys: (ws: Id, app: Id) => ["ws", ws, "app", app, "keys"] as const,
  runs: (ws: Id, app: Id, filter?: object) => ["ws", ws, "app", app, "runs", ...(filter ? [filter] : [])] as const,
  run: (ws: Id, run: Id) => ["ws", ws, "run", run] as const,
};
