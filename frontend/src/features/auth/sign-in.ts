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

/** Only paths of this site: a link must not be able to send somebody elsewhere after the password. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}
