import type { AppMode } from "@/api/types";
import classes from "@/features/apps/mode-picture.module.css";

/** A drawing of what a kind of app does: steps that return data, or a conversation, with or without steps behind it. */
export function ModePicture({ mode }: { mode: AppMode }) {
  return (
    <svg className={classes.picture} viewBox="0 0 120 64" aria-hidden>
      {PICTURES[mode]}
    </svg>
  );
}

const box = (x: number, y: number, width: number, height = 14) => (
  <rect className={classes.box} x={x} y={y} width={width} height={height} rx={4} />
);
const line = (d: string) => <path className={classes.line} d={d} />;
/** What a person says stands on the right, answers on the left. */
const asked = (y: number, width = 40) => <rect className={classes.asked} x={112 - width} y={y} width={width} height={12} rx={6} />;
const answer = (y: number, width = 56) => <rect className={classes.answer} x={8} y={y} width={width} height={12} rx={6} />;

const PICTURES: Record<AppMode, React.ReactNode> = {
  workflow: (
    <>
      {line("M32 32 C40 32 40 16 48 16 M32 32 C40 32 40 48 48 48 M74 16 C82 16 82 32 90 32 M74 48 C82 48 82 32 90 32")}
      {box(8, 25, 24)}
      {box(48, 9, 26)}
      {box(48, 41, 26)}
      <path className={classes.answer} d="M90 20 h22 v24 h-22 z" />
      {line("M94 27 h14 M94 32 h14 M94 37 h14")}
    </>
  ),
  "advanced-chat": (
    <>
      {asked(6)}
      {line("M30 31 h12 M66 31 h12")}
      {box(8, 24, 22)}
      {box(42, 24, 24)}
      {box(78, 24, 22)}
      {answer(46, 70)}
    </>
  ),
  chat: (
    <>
      {asked(4)}
      {answer(20)}
      {asked(36, 30)}
      {answer(50, 64)}
    </>
  ),
  "agent-chat": (
    <>
      {asked(4)}
      <circle className={classes.box} cx={28} cy={32} r={9} />
      {line("M38 29 C48 22 56 22 64 25 M64 39 C56 42 48 42 38 35")}
      {box(66, 22, 20, 9)}
      {box(66, 34, 20, 9)}
      {answer(50)}
    </>
  ),
  completion: (
    <>
      {box(8, 8, 36, 10)}
      {box(8, 24, 36, 10)}
      {box(8, 40, 36, 16)}
      {line("M48 32 h14 M58 28 l4 4 l-4 4")}
      <path className={classes.answer} d="M70 8 h42 v48 h-42 z" />
      {line("M76 18 h30 M76 26 h30 M76 34 h30 M76 42 h18")}
    </>
  ),
};
