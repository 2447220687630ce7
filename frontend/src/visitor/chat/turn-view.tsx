import { lazy, memo, Suspense, useState } from "react";
import { MarkdownView } from "../answer/markdown-view";
import { FileList } from "../files/file-chips";
import { IconLeft, IconRight } from "../icons";
import type { PageInfo, Session } from "../session";
import { Sign } from "../sign";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { AnswerActions } from "./answer-actions";
import styles from "./chat.module.css";
import { Sources } from "./sources";
import { Steps } from "./steps";
import { isLive, type Turn } from "./turns";

const FormCard = lazy(() => import("./form-card"));

export interface TurnTools {
  session: Session;
  page: PageInfo;
  speaks: boolean;
  cites: boolean;
  onAgain(turn: Turn): void;
  onResend(): void;
  onRate(turn: Turn, rating: Turn["rating"], content?: string): Promise<void>;
  onForm(token: string, action: string, inputs: Record<string, unknown>): Promise<void>;
}

interface Props {
  /** Answers to the same question, the newest last. */
  turns: readonly Turn[];
  last: boolean;
  tools: TurnTools;
}

/** A question and its answer, or its answers. */
export const TurnView = memo(
  function TurnView({ turns, last, tools }: Props) {
    const { t } = useTexts();
    const [chosen, setChosen] = useState<number | null>(null);
    const index = Math.min(chosen ?? turns.length - 1, turns.length - 1);
    const turn = turns[index] as Turn;
    const mine = turn.files.filter((file) => file.mine);
    return (
      <article className={styles.turn}>
        {(turn.query || mine.length > 0) && (
          <div className={styles.question}>
            <h2 className={shared.hidden}>{t("chat.you")}</h2>
            <FileList files={mine} />
            {turn.query && <div className={styles.bubble}>{turn.query}</div>}
          </div>
        )}
        <Answer key={turn.key} turn={turn} last={last && index === turns.length - 1} tools={tools} />
        {turns.length > 1 && (
          <div className={styles.versions}>
            <button
              type="button"
              className={`${shared.icon} ${shared.small}`}
              aria-label={t("answer.previous")}
              disabled={index === 0}
              onClick={() => setChosen(index - 1)}
            >
              <IconLeft size={18} />
            </button>
            <span>{t("answer.version", { number: index + 1, count: turns.length })}</span>
            <button
              type="button"
              className={`${shared.icon} ${shared.small}`}
              aria-label={t("answer.next")}
              disabled={index === turns.length - 1}
              onClick={() => setChosen(index + 2 >= turns.length ? null : index + 1)}
            >
              <IconRight size={18} />
            </button>
          </div>
        )}
      </article>
    );
  },
  (a, b) =>
    a.last === b.last && a.tools === b.tools && a.turns.length === b.turns.length && a.turns.every((turn, i) => turn === b.turns[i]),
);

function Answer({ turn, last, tools }: { turn: Turn; last: boolean; tools: TurnTools }) {
  const { t } = useTexts();
  const live = isLive(turn);
  const told = turn.files.filter((file) => !file.mine);
  const forms = (closed: boolean) =>
    turn.forms
      .filter((form) => (form.state !== "waiting") === closed)
      .map((form) => (
        <Suspense key={form.definition.form_id} fallback={null}>
          <FormCard session={tools.session} form={form} onAnswer={tools.onForm} />
        </Suspense>
      ));
  return (
    <div className={styles.answer} aria-busy={live}>
      <h2 className={shared.hidden}>{tools.page.title}</h2>
      {tools.page.use_icon_as_answer_icon && <Sign page={tools.page} small />}
      <div className={shared.stack}>
        {tools.page.show_workflow_steps && <Steps steps={turn.steps} live={live} />}
        {turn.reasoning && (
          <details className={styles.fold}>
            <summary>{t("answer.thinking")}</summary>
            <div className={styles.quiet}>
              <MarkdownView text={turn.reasoning} live={live} />
            </div>
          </details>
        )}
        {forms(true)}
        {turn.answer ? <MarkdownView text={turn.answer} live={live} /> : live && <Dots />}
        <FileList files={told} />
        {forms(false)}
        <Outcome turn={turn} onResend={tools.onResend} />
        {tools.cites && !live && <Sources sources={turn.sources} />}
        {turn.messageId && turn.answer && !live && (
          <AnswerActions
            session={tools.session}
            turn={turn}
            speaks={tools.speaks}
            onAgain={last && turn.query ? () => tools.onAgain(turn) : null}
            onRate={(rating, content) => tools.onRate(turn, rating, content)}
          />
        )}
      </div>
    </div>
  );
}

function Outcome({ turn, onResend }: { turn: Turn; onResend(): void }) {
  const { t } = useTexts();
  if (turn.status === "stopped") return <p className={shared.hint}>{t("chat.stopped")}</p>;
  if (turn.status === "failed")
    return (
      <p className={shared.wrong} role="alert">
        {t("chat.failed", { reason: turn.error ?? "" })}
      </p>
    );
  if (turn.status !== "unsent") return null;
  return (
    <div className={shared.row} role="alert">
      <span className={shared.wrong}>{t("chat.unsent")}</span>
      <button type="button" className={shared.plain} onClick={onResend}>
        {t("chat.resend")}
      </button>
    </div>
  );
}

function Dots() {
  const { t } = useTexts();
  return (
    <span className={styles.dots} role="img" aria-label={t("chat.answering")}>
      <i />
      <i />
      <i />
    </span>
  );
}
