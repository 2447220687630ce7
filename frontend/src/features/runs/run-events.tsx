import { Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunEvent } from "@/api/types";
import { useLanguage } from "@/lib/use-language";
import { subscribe } from "@/lib/live";
import { JsonFold } from "./json-view";

/** The newest events are shown; a long run has thousands. */
const SHOWN = 500;

/** The log of a run as it is written. */
export function RunEvents({ events }: { events: readonly RunEvent[] }) {
  const { t } = useTranslation("runs");
  const language = useLanguage();
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
  if (events.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {t("events.empty")}
      </Text>
    );
  }
  return (
    <div style={{ padding: "0.5rem", display: "grid", gap: "0.25rem" }}>
      {events.length > SHOWN && (
        <Text size="xs" c="dimmed">
          {t("events.cut", { count: SHOWN, total: events.length })}
        </Text>
      )}
      {events.slice(-SHOWN).map((event) => {
        const { type, seq, at, ...rest } = event;
        return (
          <JsonFold
            key={seq}
            title={`${seq} · ${clock.format(new Date(at * 1000))} · ${type}${typeof rest.title === "string" ? ` · ${rest.title}` : ""}`}
            value={rest}
          />
        );
      })}
    </div>
  );
}

/** Reads the log of a run from its beginning while it is shown. Give it the run's id as key. */
export function LiveEvents({ runId }: { runId: string }) {
  const [events, setEvents] = useState<RunEvent[]>([]);
  useEffect(() => {
    return subscribe(`run:${runId}`, null, (frame) => {
      if (frame.events) setEvents((before) => [...before, ...(frame.events ?? []).map((entry) => entry.event)]);
    });
  }, [runId]);
  return <RunEvents events={events} />;
}
