import { Button, Group, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCanGoBack, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { Turn } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { conversationQuery, earlierTurns } from "@/features/insights/insights-queries";
import { ConversationFacts } from "@/features/insights/logs/conversation-facts";
import classes from "@/features/insights/logs/conversation.module.css";
import { TurnView } from "@/features/insights/logs/turn-view";
import { MarkdownView } from "@/features/runs/markdown-view";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** One conversation as its asker saw it, and what can be made of it. */
export default function ConversationPage() {
  const { t } = useTranslation("logs");
  const { appId, conversationId } = useParams({ from: "/frame/app/$appId/logs/$conversationId" });
  const { message } = useSearch({ from: "/frame/app/$appId/logs/$conversationId" });
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(conversationQuery(workspace.id, appId, conversationId));
  const shown = data?.id;
  useEffect(() => {
    if (shown && message) document.getElementById(`turn-${message}`)?.scrollIntoView({ block: "center" });
  }, [shown, message]);

  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState page title={t("gone.title")} hint={t("gone.hint")}>
        <ButtonLink to="/app/$appId/logs" params={{ appId }}>
          {t("back")}
        </ButtonLink>
      </EmptyState>
    );
  }
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!data) return <PageSkeleton />;
  return (
    <Page width="88rem">
      <BackToLogs appId={appId} />
      <PageHeader title={data.question || data.name || t("noQuestion")} />
      <div className={classes.columns}>
        <section className={classes.transcript} aria-label={t("transcript")}>
          {data.introduction && (
            <div className={classes.answer}>
              <MarkdownView text={data.introduction} />
            </div>
          )}
          {data.earlier && data.messages[0] && (
            <EarlierTurns key={conversationId} appId={appId} conversationId={conversationId} before={data.messages[0].id} />
          )}
          {data.messages.length === 0 && <Text c="dimmed">{t("noTurns")}</Text>}
          {data.messages.map((turn) => (
            <TurnView key={turn.id} turn={turn} appId={appId} conversationId={conversationId} marked={turn.id === message} />
          ))}
        </section>
        <ConversationFacts conversation={data} appId={appId} />
      </div>
    </Page>
  );
}

/** Back to the list as it was, filters and page included; a link to the whole list where one came from elsewhere. */
function BackToLogs({ appId }: { appId: string }) {
  const { t } = useTranslation("logs");
  const router = useRouter();
  const back = useCanGoBack();
  const icon = <IconArrowLeft size={16} aria-hidden />;
  return (
    <Group mb="xs">
      {back ? (
        <Button variant="subtle" size="compact-sm" leftSection={icon} onClick={() => router.history.back()}>
          {t("back")}
        </Button>
      ) : (
        <ButtonLink variant="subtle" size="compact-sm" leftSection={icon} to="/app/$appId/logs" params={{ appId }}>
          {t("back")}
        </ButtonLink>
      )}
    </Group>
  );
}

/** The beginning of a conversation too long to be shown at once. */
function EarlierTurns({ appId, conversationId, before }: { appId: string; conversationId: string; before: string }) {
  const { t } = useTranslation("logs");
  const words = useErrorText();
  const workspace = useWorkspace();
  const [state, setState] = useState<{ turns: Turn[]; more: boolean; busy: boolean; error: unknown }>({
    turns: [],
    more: true,
    busy: false,
    error: null,
  });
  const load = async () => {
    setState((old) => ({ ...old, busy: true, error: null }));
    try {
      const { messages, earlier } = await earlierTurns(workspace.id, appId, conversationId, state.turns[0]?.id ?? before);
      setState((old) => ({ turns: [...messages, ...old.turns], more: earlier, busy: false, error: null }));
    } catch (error) {
      setState((old) => ({ ...old, busy: false, error }));
    }
  };
  return (
    <>
      {state.more && (
        <Button variant="default" loading={state.busy} onClick={() => void load()} style={{ alignSelf: "center" }}>
          {t("earlier")}
        </Button>
      )}
      {state.error !== null && (
        <Text size="sm" c="var(--tm-bad)" role="alert">
          {words(state.error)}
        </Text>
      )}
      {state.turns.map((turn) => (
        <TurnView key={turn.id} turn={turn} appId={appId} conversationId={conversationId} marked={false} />
      ))}
    </>
  );
}
