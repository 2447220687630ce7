import { type FormEvent, useEffect, useRef, useState } from "react";
import { copyText } from "../browser";
import { Dialog } from "../dialog";
import { IconAgain, IconCheck, IconCopy, IconDown, IconSpeaker, IconStop, IconUp } from "../icons";
import { asJson, type Session } from "../session";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import styles from "./chat.module.css";
import type { Turn } from "./turns";

interface Props {
  session: Session;
  turn: Turn;
  speaks: boolean;
  onAgain: (() => void) | null;
  onRate(rating: Turn["rating"], content?: string): Promise<void>;
}

/** What can be done with an answer: copy, hear, ask again, rate. */
export function AnswerActions({ session, turn, speaks, onAgain, onRate }: Props) {
  const { t } = useTexts();
  const [asksWhy, setAsksWhy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const rate = (rating: "like" | "dislike", content?: string) => {
    setError(null);
    onRate(turn.rating === rating && content === undefined ? null : rating, content).catch((failure: unknown) =>
      setError(errorWords(failure, t)),
    );
  };
  const button = `${shared.icon} ${shared.small}`;
  return (
    <div className={styles.actions}>
      <CopyButton text={turn.answer} label={t("answer.copy")} />
      {speaks && <ReadAloud session={session} messageId={turn.messageId ?? ""} />}
      {onAgain && (
        <button type="button" className={button} aria-label={t("answer.again")} title={t("answer.again")} onClick={onAgain}>
          <IconAgain size={18} />
        </button>
      )}
      <button
        type="button"
        className={button}
        aria-label={t("answer.like")}
        title={t("answer.like")}
        aria-pressed={turn.rating === "like"}
        onClick={() => rate("like")}
      >
        <IconUp size={18} />
      </button>
      <button
        type="button"
        className={button}
        aria-label={t("answer.dislike")}
        title={t("answer.dislike")}
        aria-pressed={turn.rating === "dislike"}
        onClick={() => (turn.rating === "dislike" ? rate("dislike") : setAsksWhy(true))}
      >
        <IconDown size={18} />
      </button>
      {error && (
        <span className={shared.wrong} role="alert">
          {error}
        </span>
      )}
      {asksWhy && (
        <WhyDialog
          onClose={() => setAsksWhy(false)}
          onSend={(content) => {
            setAsksWhy(false);
            rate("dislike", content);
          }}
        />
      )}
    </div>
  );
}

function WhyDialog({ onClose, onSend }: { onClose(): void; onSend(content: string): void }) {
  const { t } = useTexts();
  const [content, setContent] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(content.trim());
  };
  return (
    <Dialog title={t("answer.why")} onClose={onClose}>
      <form className={shared.stack} onSubmit={submit}>
        <label className={shared.field}>
          <span className={shared.hint}>{t("answer.whyHint")}</span>
          <textarea
            className={shared.input}
            maxLength={2000}
            value={content}
            autoFocus
            onChange={(event) => setContent(event.target.value)}
          />
        </label>
        <div className={`${shared.row} ${shared.end}`}>
          <button type="button" className={shared.plain} onClick={onClose}>
            {t("page.cancel")}
          </button>
          <button type="submit" className={shared.button}>
            {t("answer.send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const COPIED_MS = 1_500;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void copyText(text).then(setCopied);
  return (
    <>
      <button type="button" className={`${shared.icon} ${shared.small}`} aria-label={label} title={label} onClick={copy}>
        {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
      </button>
      <span className={shared.hidden} role="status">
        {copied ? t("answer.copied") : ""}
      </span>
    </>
  );
}

function ReadAloud({ session, messageId }: { session: Session; messageId: string }) {
  const { t } = useTexts();
  const audio = useRef<HTMLAudioElement | null>(null);
  const [state, setState] = useState<"idle" | "loading" | "reading">("idle");
  const [error, setError] = useState<string | null>(null);
  const stop = () => {
    audio.current?.pause();
    audio.current = null;
    setState("idle");
  };
  useEffect(() => () => audio.current?.pause(), []);
  const read = async () => {
    setState("loading");
    setError(null);
    try {
      const response = await session.call("/text-to-audio", asJson("POST", { message_id: messageId }));
      const made = new Audio(URL.createObjectURL(await response.blob()));
      made.addEventListener("ended", stop);
      audio.current = made;
      await made.play();
      setState("reading");
    } catch (failure) {
      setState("idle");
      setError(errorWords(failure, t));
    }
  };
  const label = state === "reading" ? t("answer.readStop") : t("answer.read");
  return (
    <>
      <button
        type="button"
        className={`${shared.icon} ${shared.small}`}
        aria-label={label}
        title={label}
        disabled={state === "loading"}
        onClick={() => (state === "reading" ? stop() : void read())}
      >
        {state === "reading" ? <IconStop size={18} /> : <IconSpeaker size={18} />}
      </button>
      {error && (
        <span className={shared.wrong} role="alert">
          {error}
        </span>
      )}
    </>
  );
}
