import { ActionIcon, Button, Group, Text, Textarea, Tooltip } from "@mantine/core";
import { IconPlayerStop, IconRefresh, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import classes from "@/features/runs/chat.module.css";
import { answered, asked, type ChatMessage, NEW_CHAT } from "@/features/runs/chat-session";
import { MarkdownView } from "@/features/runs/markdown-view";
import { type Settings, text, texts, uploadRules } from "./settings";
import { TryFiles } from "./try-files";
import { TryNotes } from "./try-notes";
import { TrySources } from "./try-sources";
import type { Try } from "./use-try";
import { useTryFiles } from "./use-try-files";

interface Props {
  appId: string;
  settings: Settings;
  test: Try;
}

/** A conversation with the app as it is set now. */
export function TryChat({ appId, settings, test }: Props) {
  const { t } = useTranslation("runs");
  const [kept, setKept] = useState(NEW_CHAT);
  const [query, setQuery] = useState("");
  const files = useTryFiles(uploadRules(settings));
  const { runId, view } = test;
  const over = view?.state === "failed" || view?.state === "stopped";
  const session = runId && view ? answered(kept, runId, view.answer, over) : kept;
  const fill = (words: string) => words.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => String(test.values[name] ?? "") || whole);
  const opening = fill(text(settings.opening_statement));
  const fresh = session.messages.length === 0;

  const ask = async (question: string) => {
    if (!question.trim() || files.busy) return;
    const run = await test.start({ query: question, conversationId: session.conversationId, files: files.values });
    if (!run) return;
    setKept(asked(session, question, run.id, run.conversation_id));
    setQuery("");
    files.clear();
  };
  return (
    <div className={classes.chat}>
      <div className={classes.messages} role="log" aria-label={t("chat.messages")}>
        {opening && <Bubble message={{ role: "assistant", text: opening, runId: null }} live={false} appId={appId} />}
        {fresh && !opening && (
          <Text size="sm" c="dimmed">
            {t("chat.empty")}
          </Text>
        )}
        {fresh && (
          <Group gap="xs">
            {texts(settings.suggested_questions)
              .filter((one) => one.trim())
              .map((question) => (
                <Button key={question} size="compact-sm" variant="default" disabled={test.busy} onClick={() => void ask(question)}>
                  {question}
                </Button>
              ))}
          </Group>
        )}
        {session.messages.map((message, index) => (
          <Bubble key={index} message={message} live={test.busy && message.runId === runId} appId={appId} />
        ))}
        <TrySources resources={test.sources} />
        <TryNotes test={test} />
      </div>
      {files.rules && (
        <div className={classes.composer}>
          <TryFiles files={files} />
        </div>
      )}
      <Group gap="xs" wrap="nowrap" align="flex-end" className={classes.composer}>
        <Tooltip label={t("chat.restart")}>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t("chat.restart")}
            disabled={test.busy || fresh}
            onClick={() => setKept(NEW_CHAT)}
          >
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Textarea
          flex={1}
          autosize
          minRows={1}
          maxRows={5}
          aria-label={t("chat.message")}
          placeholder={t("chat.placeholder")}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            // An Enter that ends a composition belongs to the input method; Safari tells it by the key code only.
            if (event.nativeEvent.isComposing || event.keyCode === 229) return;
            if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              void ask(query);
            }
          }}
        />
        {test.busy ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => void test.stop()}>
            {t("stop")}
          </Button>
        ) : (
          <Button leftSection={<IconSend size={16} aria-hidden />} disabled={!query.trim() || files.busy} onClick={() => void ask(query)}>
            {t("chat.send")}
          </Button>
        )}
      </Group>
    </div>
  );
}

function Bubble({ message, live, appId }: { message: ChatMessage; live: boolean; appId: string }) {
  const { t } = useTranslation("runs");
  const said = message.role === "user";
  return (
    <div className={classes.bubble} data-role={message.role}>
      {said ? <div className={classes.said}>{message.text}</div> : <MarkdownView text={message.text} live={live} />}
      {!said && live && !message.text && (
        <Text size="xs" c="dimmed">
          {t("chat.thinking")}
        </Text>
      )}
      {!said && message.runId && !live && (
        <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: message.runId }} size="xs">
          {t("chat.openRun")}
        </AnchorLink>
      )}
    </div>
  );
}
