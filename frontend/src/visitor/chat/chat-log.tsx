import { type FormEvent, useMemo } from "react";
import type { FormValues, InputError } from "@/features/runs/input-fields";
import { MarkdownView } from "../answer/markdown-view";
import { IconToEnd } from "../icons";
import { InputsForm } from "../inputs/inputs-form";
import { opening, type PageField, type Parameters } from "../inputs/page-inputs";
import type { PageInfo, Session } from "../session";
import { Sign } from "../sign";
import { ScrollBox } from "../scroll-box";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import type { ChatState, ChatStore } from "./chat-store";
import styles from "./chat.module.css";
import { stacked } from "./turns";
import { type TurnTools, TurnView } from "./turn-view";
import { useStick } from "./use-stick";

interface Props {
  session: Session;
  page: PageInfo;
  state: ChatState;
  store: ChatStore;
  tools: TurnTools;
  parameters: Parameters;
  fields: readonly PageField[];
  values: FormValues;
  errors: Record<string, InputError>;
  /** The form is behind us: filled in, or not needed. */
  started: boolean;
  onStart(): void;
  onChange(name: string, value: unknown): void;
  onAsk(query: string): void;
}

/** The messages of the open conversation; before the first one, the form and the opening. */
export function ChatLog(props: Props) {
  const { page, state, store, tools, started } = props;
  const { t } = useTexts();
  const { element, away, toEnd, onScroll } = useStick(state.turns);
  const stacks = useMemo(() => stacked(state.turns), [state.turns]);
  const fresh = state.turns.length === 0 && !state.loading;
  return (
    <>
      <ScrollBox ref={element} className={styles.log} role="log" label={t("chat.log")} onScroll={onScroll}>
        <div className={styles.column}>
          {state.error && state.error.status !== 404 && (
            <div role="alert" className={shared.stack}>
              <p className={shared.wrong}>{errorWords(state.error, t)}</p>
              <button type="button" className={shared.plain} onClick={() => state.conversationId && void store.open(state.conversationId)}>
                {t("page.retry")}
              </button>
            </div>
          )}
          {state.hasEarlier && (
            <button type="button" className={shared.plain} onClick={() => void store.loadEarlier().catch(() => undefined)}>
              {t("chat.earlier")}
            </button>
          )}
          {!fresh && started && props.fields.length > 0 && <Details {...props} />}
          {!started && <StartForm {...props} />}
          {fresh && started && <Opening {...props} />}
          {stacks.map((turns, index) => (
            <TurnView key={turns[0]?.key} turns={turns} last={index === stacks.length - 1} tools={tools} />
          ))}
          {state.followUps.length > 0 && (
            <section className={shared.stack} aria-label={t("answer.followUps")}>
              <div className={styles.asks}>
                {state.followUps.map((question) => (
                  <button key={question} type="button" className={shared.plain} onClick={() => props.onAsk(question)}>
                    {question}
                  </button>
                ))}
              </div>
            </section>
          )}
          {fresh && page.custom_disclaimer && <p className={shared.hint}>{page.custom_disclaimer}</p>}
        </div>
      </ScrollBox>
      <div className={styles.over}>
        {away && (
          <button
            type="button"
            className={`${shared.icon} ${styles.toEnd}`}
            aria-label={t("chat.toEnd")}
            title={t("chat.toEnd")}
            onClick={toEnd}
          >
            <IconToEnd />
          </button>
        )}
      </div>
    </>
  );
}

function StartForm({ session, page, fields, values, errors, onStart, onChange }: Props) {
  const { t } = useTexts();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onStart();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <div className={shared.row}>
        <Sign page={page} />
        <strong>{page.title}</strong>
      </div>
      {page.description && <p className={shared.hint}>{page.description}</p>}
      <InputsForm session={session} fields={fields} values={values} errors={errors} onChange={onChange} />
      <div>
        <button type="submit" className={shared.button}>
          {t("chat.start")}
        </button>
      </div>
    </form>
  );
}

/** The inputs stay open to change while a conversation goes on. */
function Details({ session, fields, values, errors, onChange }: Props) {
  const { t } = useTexts();
  return (
    <details className={styles.fold}>
      <summary>{t("chat.settings")}</summary>
      <div className={styles.form}>
        <p className={shared.hint}>{t("chat.settingsHint")}</p>
        <InputsForm session={session} fields={fields} values={values} errors={errors} onChange={onChange} />
      </div>
    </details>
  );
}

function Opening({ page, parameters, values, onAsk, ...rest }: Props) {
  const statement = opening(parameters.opening_statement, values);
  return (
    <>
      {rest.fields.length > 0 && <Details {...rest} page={page} parameters={parameters} values={values} onAsk={onAsk} />}
      {statement ? (
        <div className={styles.answer}>
          <Sign page={page} small />
          <MarkdownView text={statement} />
        </div>
      ) : (
        <div className={shared.stack} style={{ justifyItems: "center", textAlign: "center", paddingTop: "12dvh" }}>
          <Sign page={page} />
          <strong>{page.title}</strong>
          {page.description && <p className={shared.hint}>{page.description}</p>}
        </div>
      )}
      {parameters.suggested_questions.length > 0 && (
        <div className={styles.asks}>
          {parameters.suggested_questions.filter(Boolean).map((question) => (
            <button key={question} type="button" className={shared.plain} onClick={() => onAsk(question)}>
              {question}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
