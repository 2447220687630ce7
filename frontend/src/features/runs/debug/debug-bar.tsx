import { Button, Group, Kbd, Text, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronRight,
  IconLoader2,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import { useEffect, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { isComposing, isInOverlay } from "@/features/canvas/keys";
import type { HeldView } from "@/features/canvas/run-held";
import type { RunView } from "@/features/canvas/run-reducer";
import { type Command, useCommands as useBarCommands } from "@/lib/commands";
import { useLatest } from "@/lib/use-latest";
import classes from "./debug.module.css";
import { HeldValues } from "./held-values";
import type { Debugging } from "./use-continue";

interface Props {
  run: RunView;
  debugging: Debugging;
  /** What a step is called now; its id may name a system namespace, too. */
  titleOf(nodeId: string): string | undefined;
  onShow(nodeId: string): void;
  /** Whether this person may let it go on. */
  allowed: boolean;
}

/** Where a test run stands, what the step is about to read, and the ways on. Stays while the run goes from stop to stop. */
export function DebugBar({ run, debugging, titleOf, onShow, allowed }: Props) {
  const { t } = useTranslation("debug");
  const [open, setOpen] = useState(true);
  const id = useId();
  const { held } = run;
  const { standing } = debugging;
  useDebugKeys(debugging, held.length > 0 && allowed);
  useDebugCommands(debugging, held.length > 0 && allowed);
  return (
    <section className={classes.bar} aria-label={t("title")} data-held={held.length > 0 || undefined}>
      <Group gap="sm" wrap="wrap" px="sm" py={6}>
        <Group gap={6} wrap="nowrap" className={classes.where} role="status">
          {held.length > 0 ? (
            <IconPlayerPause size={16} aria-hidden className={classes.held} />
          ) : (
            <IconLoader2 size={16} aria-hidden className={classes.going} />
          )}
          <Text size="sm" span>
            {held.length > 0 ? t("stands", { titles: placesOf(held, t), count: held.length }) : t("going")}
          </Text>
        </Group>
        {held.length > 0 && (
          <UnstyledButton className={classes.toggle} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            <Text size="xs" span>
              {t("reads")}
            </Text>
          </UnstyledButton>
        )}
        {allowed && (
          <Group gap="xs" ml="auto" wrap="nowrap">
            <Tooltip label={t("stepHint")}>
              <Button
                size="compact-sm"
                leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
                rightSection={<Kbd size="xs">F10</Kbd>}
                aria-disabled={!standing}
                data-disabled={!standing || undefined}
                onClick={debugging.step}
              >
                {t("step")}
              </Button>
            </Tooltip>
            <Tooltip label={t("goOnHint")}>
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPlayerPlay size={14} aria-hidden />}
                rightSection={<Kbd size="xs">F5</Kbd>}
                aria-disabled={!standing}
                data-disabled={!standing || undefined}
                onClick={debugging.goOn}
              >
                {t("goOn")}
              </Button>
            </Tooltip>
            <Button size="compact-sm" variant="default" leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={debugging.stop}>
              {t("stop")}
            </Button>
          </Group>
        )}
      </Group>
      {debugging.error !== null && <ErrorState error={debugging.error} title={t("failed")} />}
      {held.length > 0 && open && (
        <div id={id} className={classes.values}>
          {held.map((one) => (
            <HeldValues key={`${one.path} ${one.nodeId}`} held={one} named={held.length > 1} titleOf={titleOf} onShow={onShow} />
          ))}
        </div>
      )}
    </section>
  );
}

/** «"Draft", "Check" in round 3»: the rounds count from 1. */
function placesOf(held: readonly HeldView[], t: (key: string, values: Record<string, unknown>) => string): string {
  return held
    .map(({ title, path }) => {
      const rounds = path.split("/").flatMap((part) => (part.includes(":") ? [Number(part.slice(part.lastIndexOf(":") + 1)) + 1] : []));
      return rounds.length ? t("inRound", { title, round: rounds.join(".") }) : t("named", { title });
    })
    .join(t("comma", {}));
}

/** F10 takes a step, F5 goes on; only while the run stands, so that F5 is the browser's at all other times. */
function useDebugKeys(debugging: Debugging, active: boolean): void {
  const latest = useLatest(debugging);
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
      if (!plain || (event.key !== "F10" && event.key !== "F5") || isComposing(event) || isInOverlay(event.target)) return;
      event.preventDefault();
      if (event.repeat) return;
      if (event.key === "F10") latest.current.step();
      else latest.current.goOn();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [active, latest]);
}

function useDebugCommands(debugging: Debugging, active: boolean): void {
  const { t } = useTranslation("debug");
  const latest = useLatest(debugging);
  const commands = useMemo<Command[]>(
    () =>
      active
        ? [
            { id: "debug-step", label: t("step"), description: t("stepHint"), keys: ["F10"], run: () => latest.current.step() },
            { id: "debug-go-on", label: t("goOn"), description: t("goOnHint"), keys: ["F5"], run: () => latest.current.goOn() },
            { id: "debug-stop", label: t("stop"), run: () => latest.current.stop() },
          ]
        : [],
    [active, latest, t],
  );
  useBarCommands(t("title"), commands);
}
