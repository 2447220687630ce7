import { api } from "@/api/client";

/** Ends the session and loads the page afresh, so that nothing of this person stays in memory. */
export function useSignOut(): () => void {
  return () => {
    const leave = () => window.location.assign("/signin");
    // The answer is a 401 by design: «you are now nobody».
    api.delete("/_allauth/browser/v1/auth/session", { onUnauthorized: "throw" }).then(leave, leave);
  };
}
