/** What an error is to the person in front of the page. */
import { CallError } from "./session";
import type { Texts } from "./texts";

export function errorWords(error: unknown, t: Texts): string {
  if (!(error instanceof CallError)) return String(error);
  if (error.status === 0) return t("page.offline");
  if (error.status === 401 || error.code === "page_not_found") return t("page.changed");
  return error.message || error.code;
}
