import { ActionIcon, Button, Group, Loader, Stack, Text, Textarea, Tooltip } from "@mantine/core";
import { IconPlayerStop, IconRefresh, IconSend } from "@tabler/icons-react";
import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import { isOver } from "@/features/canvas/run-reducer";
import { type EditorState, shownRun, useEditor, useEditorStore } from "@/features/canvas/store";
import classes from "./chat.module.css";
import { answered, asked, type ChatMessage, type ChatSession, keepChat, NEW_CHAT, readChat } from "./chat-session";
import { FailureCard } from "./failure-card";
import { MarkdownView } from "./markdown-view";
import type { TestRun } from "./use-test-run";

const selectFeatures = (state: EditorState) => state.document.features;
const selectRun = (state: EditorState) => state.run;
const selectRunId = (state: EditorState) => state.activeRunId;

interface Props {
  test: TestRun;
  /** Filled with what sends the typed message: the editor's «run» key. */
  send: RefObject<((stepping?: boolean) => void) | null>;
  onOpenNode(nodeId: string, field?: string): void;
}

/** The app as a chat: what it says first, what was said, what is being said. */
export function ChatPreview({ test, send, onOpenNode }: Props) {
  const { t } = useTranslation("runs");
  const { appId } = useEditorStore().getState();
  const features = useEditor(selectFeatures);
  const run = useEditor(selectRun);
  const shown = useEditor(shownRun);
  const runId = useEditor(selectRunId);
  const [kept, setKept] = useState<ChatSession>(() => readChat(appId));
  const session = runId ? answered(kept, runId, run.answer, run.state === "failed" || run.state === "stopped") : kept;
  // A replay shows how far the answer was; what is kept is the whole.
  const said = runId && shown !== run ? answered(kept, runId, shown.answer, false) : session;
  const end = useRef<HTMLDivElement>(null);
  const opening = typeof features?.opening_statement === "string" ? features.opening_statement : "";
  const suggested = Array.isArray(features?.suggested_questions)
    ? features.suggested_questions.filter((one): one is string => typeof one === "string" && one !== "")
    : [];

  // While an answer streams only the question is kept: writing each piece would be a write a frame.
  const lasting = runId && !isOver(run) ? kept : session;
  useEffect(() => keepChat(appId, lasting), [appId, lasting]);
  const length = session.messages.length + run.answer.length;
  useEffect(() => {
    if (length) end.current?.scrollIntoView?.({ block: "nearest" });
  }, [length, run.state]);

  const ask = async (query: string, stepping = false) => {
    const started = await test.start({ query, conversationId: session.conversationId, stepping });
    if (!started) return;
    setKept(asked(session, query, started.id, started.conversation_id));
    test.setQuery("");
  };
  const busy = test.running || test.starting;
  const sendNow = (stepping = false) => {
    if (!busy) void ask(test.query, stepping);
  };
  useImperativeHandle(send, () => sendNow);
  return (
    <div className={classes.chat}>
      <div className={classes.messages} role="log" aria-label={t("chat.messages")}>
        {opening && <Bubble message={{ role: "assistant", text: opening, runId: null }} live={false} />}
        {session.messages.length === 0 && suggested.length > 0 && (
          <Group gap="xs">
            {suggested.map((question) => (
              <Button key={question} size="compact-sm" variant="default" disabled={busy} onClick={() => void ask(question)}>
                {question}
              </Button>
            ))}
          </Group>
        )}
        {session.messages.length === 0 && !opening && (
          <Text size="sm" c="dimmed">
            {t("chat.empty")}
          </Text>
        )}
        {said.messages.map((message, index) => (
          <Bubble
            key={index}
            message={message}
            live={message.runId === runId && !isOver(shown)}
            held={shown.held.length > 0}
            appId={appId}
          />
        ))}
        {shown.error && session.messages.at(-1)?.runId === runId && (
          <FailureCard error={shown.error} nodeId={shown.error.nodeId} nodeTitle={shown.error.nodeTitle} onOpenNode={onOpenNode} />
        )}
        <div ref={end} />
      </div>
      <Group gap="xs" wrap="nowrap" align="flex-end" className={classes.composer}>
        <Tooltip label={t("chat.restart")}>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t("chat.restart")}
            disabled={busy || session.messages.length === 0}
            onClick={() => setKept(NEW_CHAT)}
          >
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Textarea
          data-composer
          flex={1}
          autosize
          minRows={1}
          maxRows={5}
          aria-label={t("chat.message")}
          placeholder={t("chat.placeholder")}
          value={test.query}
          onChange={(event) => test.setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            // An Enter that ends a composition belongs to the input method; Safari tells it by the key code only.
            if (event.nativeEvent.isComposing || event.keyCode === 229) return;
            if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
              event.preventDefault();
              sendNow();
            }
          }}
        />
        {test.running ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => void test.stop()}>
            {t("stop")}
          </Button>
        ) : (
          <Button
            leftSection={test.starting ? <Loader size={16} color="currentColor" aria-hidden /> : <IconSend size={16} aria-hidden />}
            disabled={!test.query.trim()}
            aria-busy={test.starting}
            onClick={() => sendNow()}
          >
            {t("chat.send")}
          </Button>
        )}
      </Group>
    </div>
  );
}

interface BubbleProps {
  message: ChatMessage;
  live: boolean;
  /** Its run stands at a breakpoint. */
  held?: boolean;
  appId?: string;
}

function Bubble({ message, live, held = false, appId }: BubbleProps) {
  const { t } = useTranslation("runs");
  return (
    <div className={classes.bubble} data-role={message.role}>
      <Stack gap={2}>
        {message.role === "user" ? <div className={classes.said}>{message.text}</div> : <MarkdownView text={message.text} live={live} />}
        {live && !message.text && (
          <Text size="xs" c="dimmed">
            {t(held ? "chat.held" : "chat.thinking")}
          </Text>
        )}
        {message.role === "assistant" && message.runId && !live && (
          <Group gap="xs">
            {message.failed && (
              <Text size="xs" c="var(--tm-bad)">
                {t("chat.unfinished")}
              </Text>
            )}
            {appId && (
              <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: message.runId }} size="xs">
                {t("chat.openRun")}
              </AnchorLink>
            )}
          </Group>
        )}
      </Stack>
    </div>
  );
}
