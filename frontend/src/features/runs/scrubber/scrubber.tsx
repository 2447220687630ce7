import { ActionIcon, Button, CopyButton, NativeSelect, Text, Tooltip } from "@mantine/core";
import {
  IconCheck,
  IconLink,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { isOver, type RunView } from "@/features/canvas/run-reducer";
import { useInstantWords } from "./instant-words";
import { type Replay, SPEEDS } from "./replay";
import classes from "./scrubber.module.css";
import { Track } from "./track";

interface Props {
  replay: Replay;
  /** The run as it is now, whatever instant is shown. */
  run: RunView;
  /** The address of the instant with this `seq`. */
  linkTo(seq: number): string;
}

/** Takes a run back to any instant and plays it from there. */
export function Scrubber({ replay, run, linkTo }: Props) {
  const { t } = useTranslation("replay");
  const { tape } = replay;
  const place = useStore(replay, (state) => state.place);
  const shown = useStore(replay, (state) => state.shown);
  const playing = useStore(replay, (state) => state.playing);
  const speed = useStore(replay, (state) => state.speed);
  useStore(replay, (state) => state.length);
  const over = isOver(run);
  const words = useInstantWords(tape, place, shown ?? run, over);
  const seq = tape.event(place?.index ?? tape.length)?.seq ?? 0;
  return (
    <div className={classes.scrubber} role="group" aria-label={t("title")} data-past={place !== null || undefined}>
      <div className={classes.buttons}>
        <Act label={t("previous")} onClick={() => replay.step(-1)}>
          <IconPlayerSkipBack size={16} aria-hidden />
        </Act>
        <Act label={t(playing ? "pause" : "play")} onClick={replay.toggle} primary>
          {playing ? <IconPlayerPauseFilled size={16} aria-hidden /> : <IconPlayerPlayFilled size={16} aria-hidden />}
        </Act>
        <Act label={t("next")} onClick={() => replay.step(1)} disabled={place === null}>
          <IconPlayerSkipForward size={16} aria-hidden />
        </Act>
        <NativeSelect
          size="xs"
          w={66}
          aria-label={t("speed")}
          value={String(speed)}
          data={SPEEDS.map((value) => ({ value: String(value), label: t("times", { speed: value }) }))}
          onChange={(event) => replay.setSpeed(Number(event.currentTarget.value))}
        />
      </div>
      <Track replay={replay} x={place?.x ?? tape.width} spoken={words.spoken} />
      <div className={classes.told}>
        <Text span size="xs" className={classes.time}>
          {words.time}
        </Text>
        <Text
          span
          size="xs"
          c="dimmed"
          className={classes.what}
          title={words.what}
          role="status"
          aria-live={playing || place === null ? "off" : "polite"}
        >
          {words.what}
        </Text>
      </div>
      <CopyButton value={linkTo(seq)}>
        {({ copied, copy }) => (
          <Act label={t(copied ? "linkCopied" : "link")} onClick={copy}>
            {copied ? <IconCheck size={16} aria-hidden /> : <IconLink size={16} aria-hidden />}
          </Act>
        )}
      </CopyButton>
      {over ? (
        <Act label={t("toEnd")} onClick={replay.toEnd} disabled={place === null}>
          <IconPlayerTrackNext size={16} aria-hidden />
        </Act>
      ) : (
        <Button size="compact-xs" variant={place ? "filled" : "default"} disabled={place === null} onClick={replay.toEnd}>
          {t("toLive")}
        </Button>
      )}
      {tape.coarse && (
        <Text size="xs" c="dimmed" className={classes.note}>
          {t("coarse")}
        </Text>
      )}
    </div>
  );
}

interface ActProps {
  label: string;
  onClick(): void;
  disabled?: boolean;
  primary?: boolean;
  children: ReactNode;
}

function Act({ label, onClick, disabled, primary, children }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={primary ? "filled" : "subtle"}
        color={primary ? undefined : "gray"}
        size="md"
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
