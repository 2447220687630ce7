import { ApiError, api } from "@/api/client";

/** Signs in with the session cookie. Throws ApiError with the code of what was wrong. */
export async function signIn(email: string, password: string): Promise<void> {
  try {
    await api.post("/_allauth/browser/v1/auth/login", { email, password }, { onUnauthorized: "throw" });
  } catch (error) {
    const alreadySignedIn = error instanceof ApiError && error.status === 409;
    if (!alreadySignedIn) throw error;
  }
}

const USUAL_LOCK_S = 15 * 60;

/** Minutes until sign-in is open again after too many failed tries; null for any other error. */
export function lockedMinutes(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.status !== 429) return null;
  const wait = Number(error.details.retry_after_s ?? error.details.retry_after);
  return Math.max(1, Math.ceil((wait > 0 ? wait : USUAL_LOCK_S) / 60));
}

/** Whether a path is that of a page beside the studio, which its router does not know. */
export function isOwnPage(path: string): boolean {
  return /^\/(?:api-docs|chat|completion|workflow|embed)\//.test(path);
}

/** Only paths of this site: a link must not be able to send somebody elsewhere after the password. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}
