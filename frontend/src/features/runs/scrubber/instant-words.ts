import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { RunEvent } from "@/api/types";
import type { RunView, StepView } from "@/features/canvas/run-reducer";
import { duration } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import type { Place } from "./replay";
import type { Tape } from "./tape";

/** What happens at an instant, and at what time of how much: for the eye in two pieces, for the ear in one sentence. */
export interface InstantWords {
  time: string;
  what: string;
  spoken: string;
}

export function useInstantWords(tape: Tape, place: Place | null, run: RunView, over: boolean): InstantWords {
  const { t } = useTranslation(["replay", "common"]);
  const language = useLanguage();
  const clock = clockOf(language, tape.seconds);
  const time = clock(place ? tape.secondsAt(place.x) : tape.seconds);
  const total = clock(tape.seconds);
  const wait = place && tape.waitAt(place.x);
  const what = wait
    ? t("what.waits", { duration: duration(wait.seconds, language) })
    : !place && !over
      ? t("what.live")
      : whatHappens(t, run, tape.event(place?.index ?? tape.length));
  return { time: t("time", { time, total }), what, spoken: t("spoken", { time, total, what }) };
}

function whatHappens(t: TFunction<["replay", "common"]>, run: RunView, event: RunEvent | undefined): string {
  if (event?.type === "run_finished") return t("what.ended", { state: t(`common:runState.${run.state}`) });
  const busy = run.trace.filter((step) => (step.state === "running" || step.state === "retrying") && isNamed(step));
  // A container runs as long as anything in it does; what is in it says more.
  const inner = busy.filter((step) => !busy.some((other) => isInside(other, step)));
  const first = inner.at(-1);
  const node = typeof event?.title === "string" ? event.title : "";
  if (event?.type === "node_finished" && node) return t(`what.${String(event.status)}`, { node });
  if (event?.type === "node_retried" && node) return t("what.retried", { node });
  if (event?.type === "node_kept" && node) return t("what.kept", { node });
  if (event?.type === "human_input_required" && node) return t("what.asks", { node });
  if (event?.type === "run_paused") return t("what.paused");
  if (event?.type === "run_started" && event.reason === "resumption") return t("what.resumed");
  if (first)
    return inner.length > 1
      ? t("what.runningMore", { node: first.title, count: inner.length - 1 })
      : t("what.running", { node: first.title });
  return t(event?.type === "run_started" ? "what.begins" : "what.between");
}

const isNamed = (step: StepView): boolean => step.title !== "" && step.title !== step.nodeId;

const isInside = (step: StepView, container: StepView): boolean =>
  step !== container && step.path.startsWith(`${container.path}${container.path && "/"}${container.nodeId}:`);

/** Milliseconds of a very short run, seconds of a short one, minutes and seconds of a long one. */
function clockOf(language: string, total: number): (value: number) => string {
  if (total < 1) {
    const format = new Intl.NumberFormat(language, { style: "unit", unit: "millisecond", unitDisplay: "narrow", maximumFractionDigits: 0 });
    return (value) => format.format(value * 1000);
  }
  if (total < 90) {
    const digits = total < 10 ? 2 : 1;
    const format = new Intl.NumberFormat(language, {
      style: "unit",
      unit: "second",
      unitDisplay: "narrow",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return (value) => format.format(value);
  }
  const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2, maximumFractionDigits: 0 });
  return (value) => {
    const whole = Math.floor(value);
    const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    return [...(hours ? [String(hours)] : []), hours ? two.format(minutes) : String(minutes), two.format(seconds)].join(":");
  };
}
