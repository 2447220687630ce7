const en = {
  unknown: "This address names no app.",
  lost: "The reference could not be loaded. Check the connection and reload the page.",
};
const zh: typeof en = {
  unknown: "此地址没有对应的应用。",
  lost: "无法加载参考文档，请检查网络后刷新页面。",
};
export const words = navigator.language.toLowerCase().startsWith("zh") ? zh : en;

/** As much of an OpenAPI document as this page touches. */
export interface Spec {
  info: { title: string };
  servers: { url: string }[];
}

export interface Place {
  workspace: string;
  app: string;
}

export type Found = { spec: Spec } | { error: string } | { signIn: true };

/** Read /api-docs/<workspace>/<app>. */
export function placeOf(path: string): Place | null {
  const [, , workspace = "", app = "", rest] = path.replace(/\/$/, "").split("/");
  const id = /^[\da-f-]{36}$/i;
  return id.test(workspace) && id.test(app) && rest === undefined ? { workspace, app } : null;
}

/** Load an app's document, made to call the server that this page came from. */
export async function documentOf({ workspace, app }: Place): Promise<Found> {
  const reply = await fetch(`/api/workspaces/${workspace}/apps/${app}/openapi.json`, { headers: { Accept: "application/json" } });
  if (reply.status === 401) return { signIn: true };
  const body = (await reply.json()) as Spec & { message?: string };
  if (!reply.ok) return { error: body.message ?? words.lost };
  return { spec: { ...body, servers: [{ url: `${window.location.origin}/v1` }] } };
}
