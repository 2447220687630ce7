import { useEffect, useRef, useState } from "react";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { isLive, type Turn } from "./turns";

const MOST = 1_500;

/** Tells those who do not see the page that an answer has begun, and reads it when it is complete: not word by word. */
export function Announcer({ turns }: { turns: readonly Turn[] }) {
  const { t } = useTexts();
  const [said, setSaid] = useState("");
  const before = useRef<Turn | null>(null);
  const last = turns.at(-1) ?? null;
  useEffect(() => {
    const earlier = before.current;
    before.current = last;
    if (!last || earlier?.key !== last.key) {
      setSaid(last && isLive(last) ? t("chat.answering") : "");
    } else if (isLive(earlier) && !isLive(last)) {
      setSaid(
        last.status === "failed"
          ? t("chat.failed", { reason: last.error ?? "" })
          : t("chat.answered", { text: last.answer.slice(0, MOST) }),
      );
    }
  }, [last, t]);
  return (
    <div className={shared.hidden} aria-live="polite">
      {said}
    </div>
  );
}
