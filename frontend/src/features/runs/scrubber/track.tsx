import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import type { Replay } from "./replay";
import classes from "./scrubber.module.css";
import type { Mark, Tape } from "./tape";

/** Marks closer than this share of the track are one. */
const CELLS = 400;

interface Props {
  replay: Replay;
  /** Where the handle stands, in drawn seconds. */
  x: number;
  spoken: string;
}

/** The run as a line to drag a handle along: where steps began and failed, and where it waited. */
export function Track({ replay, x, spoken }: Props) {
  const { t } = useTranslation("replay");
  const language = useLanguage();
  const line = useRef<HTMLDivElement>(null);
  const { tape } = replay;
  const width = tape.width || 1;

  const follow = (event: PointerEvent): void => {
    const box = line.current?.getBoundingClientRect();
    if (!box?.width) return;
    const share = (event.clientX - box.left) / box.width;
    if (share >= 1) replay.toEnd();
    else replay.seek(share * width);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowDown":
        replay.step(-1, event.shiftKey);
        break;
      case "ArrowRight":
      case "ArrowUp":
        replay.step(1, event.shiftKey);
        break;
      case "PageDown":
        replay.seek(x - width / 10);
        break;
      case "PageUp":
        if (x + width / 10 >= width) replay.toEnd();
        else replay.seek(x + width / 10);
        break;
      case "Home":
        replay.seek(0);
        break;
      case "End":
        replay.toEnd();
        break;
      case " ":
        replay.toggle();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const share = Math.min(1, x / width);
  return (
    <div
      ref={line}
      className={classes.track}
      role="slider"
      tabIndex={0}
      aria-label={t("track")}
      aria-valuemin={0}
      aria-valuemax={round(tape.seconds)}
      aria-valuenow={round(tape.secondsAt(x))}
      aria-valuetext={spoken}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
      }}
    >
      <div className={classes.line}>
        <div className={classes.past} style={{ width: `${share * 100}%` }} />
        {tape.waits.map((wait) => (
          <div
            key={wait.index}
            className={classes.wait}
            style={{ insetInlineStart: `${(wait.from / width) * 100}%`, width: `${((wait.to - wait.from) / width) * 100}%` }}
            title={t("what.waits", { duration: duration(wait.seconds, language) })}
          />
        ))}
      </div>
      <svg className={classes.marks} viewBox={`0 0 ${CELLS} 10`} preserveAspectRatio="none" aria-hidden>
        <path className={classes.starts} d={pathOf(tape, "start")} />
        <path className={classes.failures} d={pathOf(tape, "failure")} />
      </svg>
      <div className={classes.handle} style={{ insetInlineStart: `${share * 100}%` }} />
    </div>
  );
}

const round = (seconds: number): number => Math.round(seconds * 100) / 100;

/** All marks of a kind as one path, however many there are. */
function pathOf(tape: Tape, kind: Mark["kind"]): string {
  const cells = new Set<number>();
  for (const mark of tape.marks) if (mark.kind === kind) cells.add(Math.round((mark.x / (tape.width || 1)) * CELLS));
  return [...cells].map((cell) => (kind === "start" ? `M${cell} 6V10` : `M${cell} 0V10`)).join("");
}
