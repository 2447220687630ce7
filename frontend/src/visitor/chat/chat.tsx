import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { FormValues, InputError } from "@/features/runs/input-fields";
import { checkValues } from "@/features/runs/input-fields";
import { newId } from "../browser";
import type { Host } from "../host";
import { bodyInputs, firstValues, messageFiles, needsForm, pageFields, type Parameters, visibleFields } from "../inputs/page-inputs";
import type { PageInfo, Session } from "../session";
import { useTexts } from "../texts";
import { useDrop } from "../use-drop";
import shared from "../visitor.module.css";
import { ChatFoot } from "./chat-foot";
import { ChatHead } from "./chat-head";
import { ChatLog } from "./chat-log";
import { ChatSide } from "./chat-side";
import type { Question } from "./chat-store";
import styles from "./chat.module.css";
import type { ComposerHandle } from "./composer";
import { Announcer } from "./announcer";
import type { TurnTools } from "./turn-view";
import { useChat } from "./use-chat";
import { type Conversation, useConversations } from "./use-conversations";

interface Props {
  session: Session;
  page: PageInfo;
  host: Host;
  parameters: Parameters;
}

/** Conversations of a visitor with an app. */
export function Chat({ session, page, host, parameters }: Props) {
  const { t } = useTexts();
  const { store, state } = useChat(session, page, host, parameters);
  const list = useConversations(session, state.changes);
  const composer = useRef<ComposerHandle>(null);
  const fields = useMemo(() => visibleFields(pageFields(parameters)), [parameters]);
  const fileRules = useMemo(() => messageFiles(parameters), [parameters]);
  const [values, setValues] = useState<FormValues>(() => firstValues(fields, host.prefilled()));
  const [errors, setErrors] = useState<Record<string, InputError>>({});
  const [started, setStarted] = useState(() => !needsForm(fields, values));
  const [side, setSide] = useState(false);
  const main = useRef<HTMLElement>(null);

  const send = useCallback(
    (query: string, files: Question["files"] = { sent: [], shown: [] }): boolean => {
      const wrong = checkValues(fields, values);
      setErrors(wrong);
      if (Object.keys(wrong).length > 0) {
        setStarted(false);
        return false;
      }
      setStarted(true);
      void store.send({ key: newId(), query, files, inputs: bodyInputs(fields, values) });
      return true;
    },
    [store, fields, values],
  );

  const open = (conversation: Conversation) => {
    setSide(false);
    void store.open(conversation.id);
  };
  const begin = useCallback(() => {
    setSide(false);
    setErrors({});
    // What was filled in last time stands there, to be changed or kept.
    setStarted(fields.length === 0);
    store.begin();
    composer.current?.focus();
  }, [store, fields]);

  // The inputs of a conversation that was opened stand in the form, to be changed.
  const [seen, setSeen] = useState(state.inputs);
  if (state.inputs !== seen) {
    setSeen(state.inputs);
    if (state.inputs) {
      setValues(firstValues(fields, state.inputs));
      setErrors({});
      setStarted(true);
    }
  }

  const sendRef = useRef(send);
  useEffect(() => {
    sendRef.current = send;
  }, [send]);
  useEffect(
    () =>
      host.attend((message) => {
        if (message.type === "focus") composer.current?.focus();
        // With a form that is not filled in yet, the text waits where messages are written.
        if (message.type === "send" && !sendRef.current(message.text)) composer.current?.write(message.text);
      }),
    [host],
  );
  const tools = useMemo<TurnTools>(
    () => ({
      session,
      page,
      speaks: parameters.text_to_speech.enabled,
      cites: parameters.retriever_resource.enabled,
      onAgain: (turn) => {
        const mine = turn.files.filter((file) => file.mine);
        const sent = mine.map((file) => ({ type: file.kind, transfer_method: "local_file", upload_file_id: file.id }));
        sendRef.current(turn.query, { sent, shown: mine });
      },
      onResend: store.resend,
      onRate: (turn, rating, content) => store.rate(turn, rating, content),
      onForm: (token, action, inputs) => store.answerForm(token, action, inputs),
    }),
    [session, page, parameters, store],
  );
  const dropping = useDrop(main, fileRules && ((files) => composer.current?.add(files)));
  const openName = [...list.pinned, ...list.others].find((one) => one.id === state.conversationId)?.name ?? null;
  const busy = state.turns.some((turn) => turn.status === "sending" || turn.status === "answering");
  return (
    <ChatSide
      open={side}
      onClose={() => setSide(false)}
      page={page}
      embedded={host.embedded}
      list={list}
      current={state.conversationId}
      onOpen={open}
      onNew={begin}
      onRemoved={(id) => id === state.conversationId && begin()}
    >
      <main ref={main} className={styles.main}>
        <ChatHead page={page} name={openName} host={host} onMenu={() => setSide(true)} onNew={begin} />
        <ChatLog
          session={session}
          page={page}
          state={state}
          store={store}
          tools={tools}
          parameters={parameters}
          fields={fields}
          values={values}
          errors={errors}
          started={started}
          onStart={() => {
            const wrong = checkValues(fields, values);
            setErrors(wrong);
            if (Object.keys(wrong).length > 0) return;
            setStarted(true);
            composer.current?.focus();
          }}
          onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))}
          onAsk={send}
        />
        <ChatFoot
          ref={composer}
          session={session}
          page={page}
          files={fileRules}
          speech={parameters.speech_to_text.enabled}
          busy={busy}
          broken={state.broken}
          onSend={send}
          onStop={() => void store.stop().catch(() => undefined)}
        />
        <Announcer turns={state.turns} />
        {dropping && (
          <div className={styles.dropping} aria-hidden>
            {t("composer.drop")}
          </div>
        )}
        <span className={shared.hidden} role="status">
          {state.loading ? t("page.loading") : ""}
        </span>
      </main>
    </ChatSide>
  );
}
