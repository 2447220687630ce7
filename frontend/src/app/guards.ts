import { redirect } from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import type { Me } from "@/api/types";
import { queryClient } from "@/app/query-client";
import { isLanguage, preferredLanguage, setLanguage } from "@/i18n";
import { meQuery, setupQuery } from "@/lib/use-me";

/** Somebody who was taken out of the last workspace. */
export class NoWorkspace extends Error {}

async function signedInPerson(): Promise<Me | null> {
  try {
    return await queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Lets the signed-in pass; others go to the install page or to sign in, and come back to where they wanted to be. */
export async function requireMe(href: string): Promise<void> {
  const me = await signedInPerson();
  if (me) {
    if (isLanguage(me.language) && me.language !== preferredLanguage()) await setLanguage(me.language);
    if (!me.workspaces.length) throw new NoWorkspace("this person is in no workspace");
    return;
  }
  const setup = await queryClient.ensureQueryData(setupQuery);
  if (!setup.installed) throw redirect({ to: "/install", replace: true });
  throw redirect({ to: "/signin", search: href === "/" ? {} : { next: href }, replace: true });
}

export async function requireNobody(): Promise<void> {
  const setup = await queryClient.ensureQueryData(setupQuery);
  if (!setup.installed) throw redirect({ to: "/install", replace: true });
  if (await signedInPerson()) throw redirect({ to: "/", replace: true });
}

export async function requireUninstalled(): Promise<void> {
  const setup = await queryClient.ensureQueryData(setupQuery);
  if (setup.installed) throw redirect({ to: "/signin", replace: true });
}
