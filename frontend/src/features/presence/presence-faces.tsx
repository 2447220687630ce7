import { Avatar, Tooltip } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { othersOf, type Present, usePresence } from "@/features/presence/presence-store";
import { live, subscribe } from "@/lib/live";
import { useMe } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

const AGAIN_MS = 20_000;
const FACES = 4;

/** Tells the workspace that this tab shows the app, and hears who else does. */
function useTellAndHear(appId: Id, node: string | null): void {
  const { id: ws } = useWorkspace();
  const { id: me } = useMe();
  const set = usePresence((state) => state.set);
  useEffect(() => {
    const stop = subscribe(`workspace:${ws}`, null, ({ change }) => {
      if (change?.kind === "presence" && change.id === appId) set(othersOf(change.people as Present[], me));
    });
    return () => {
      stop();
      live.send({ action: "unsubscribe", stream: `app:${appId}` });
      set([]);
    };
  }, [ws, appId, me, set]);
  useEffect(() => {
    const tell = () => live.send({ action: "here", stream: `app:${appId}`, node });
    tell();
    const timer = setInterval(tell, AGAIN_MS);
    const stop = live.watchState((state) => {
      if (state === "open") tell();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [appId, node]);
}

/** The others who have the app open, as faces with their names. */
export default function PresenceFaces({ appId }: { appId: Id }) {
  const { t } = useTranslation("apps");
  const { node } = useSearch({ strict: false }) as { node?: string };
  useTellAndHear(appId, typeof node === "string" ? node : null);
  const people = usePresence((state) => state.people);
  if (people.length === 0) return null;
  const names = people.map((one) => one.name).join(", ");
  return (
    <Tooltip label={t("presence.also", { names })}>
      <Avatar.Group spacing={6} role="img" aria-label={t("presence.also", { names })} style={{ flex: "none" }}>
        {people.slice(0, FACES).map((one) => (
          <Avatar key={one.id} name={one.name} color="initials" size={26} aria-hidden />
        ))}
        {people.length > FACES && (
          <Avatar size={26} aria-hidden>
            {`+${people.length - FACES}`}
          </Avatar>
        )}
      </Avatar.Group>
    </Tooltip>
  );
}
