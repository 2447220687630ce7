import { ActionIcon, Alert, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconEdit, IconThumbDown, IconThumbDownFilled, IconThumbUp, IconThumbUpFilled } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Turn } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { useFormats } from "@/features/canvas/formats";
import { useRateAnswer } from "@/features/insights/insights-mutations";
import { Citations } from "@/features/insights/logs/citations";
import classes from "@/features/insights/logs/conversation.module.css";
import { CorrectDialog } from "@/features/insights/logs/correct-dialog";
import { KeepTestCase } from "@/features/insights/logs/keep-test-case";
import { TurnFiles } from "@/features/insights/logs/turn-files";
import { shortValue } from "@/features/prompt/short-value";
import { MarkdownView } from "@/features/runs/markdown-view";
import { useErrorText } from "@/lib/use-error-text";
import { useMe } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  turn: Turn;
  appId: string;
  conversationId: string;
  /** Set on the turn that a search found. */
  marked: boolean;
}

/** A question and its answer, what people thought of it, and what can be made of it. */
export function TurnView({ turn, appId, conversationId, marked }: Props) {
  const { t } = useTranslation(["logs", "runs"]);
  const mayEdit = useWorkspace().can("insights.edit");
  const [correcting, setCorrecting] = useState(false);
  const question = turn.query || inputLines(turn.inputs);
  return (
    <article id={`turn-${turn.id}`} className={classes.turn} data-marked={marked || undefined}>
      <TurnFiles files={turn.files} />
      {question && <div className={classes.question}>{question}</div>}
      {(turn.answer || turn.citations.length > 0) && (
        <div className={classes.answer}>
          <MarkdownView text={turn.answer} />
          <Citations citations={turn.citations} />
        </div>
      )}
      {turn.error && (
        <Alert color="red" variant="light" title={t("turnFailed")}>
          {turn.error.message}
        </Alert>
      )}
      {!turn.answer && !turn.error && <Text c="dimmed">{t(turn.state === "stopped" ? "noAnswerStopped" : "noAnswerYet")}</Text>}
      <TurnFacts turn={turn} appId={appId} />
      <Opinions turn={turn} />
      {turn.annotation && (
        <section className={classes.correction} aria-label={t("correction.title")}>
          <Text size="xs" c="dimmed" mb={4}>
            {t("correction.by", { name: turn.annotation.author || t("correction.somebody") })}
            {" · "}
            <RelativeTime value={turn.annotation.updated_at} />
          </Text>
          <MarkdownView text={turn.annotation.answer} />
        </section>
      )}
      {mayEdit && (
        <Group gap="xs">
          <MemberRating turn={turn} appId={appId} conversationId={conversationId} />
          <Button size="compact-sm" variant="default" leftSection={<IconEdit size={14} aria-hidden />} onClick={() => setCorrecting(true)}>
            {t(turn.annotation ? "correct.change" : "correct.action")}
          </Button>
          <KeepTestCase appId={appId} turn={turn} />
        </Group>
      )}
      {correcting && <CorrectDialog turn={turn} appId={appId} conversationId={conversationId} onClose={() => setCorrecting(false)} />}
    </article>
  );
}

/** What was given where nothing is asked: text generation has inputs alone. */
function inputLines(inputs: Record<string, unknown>): string {
  const line = (value: unknown) => (typeof value === "string" ? value : shortValue(value, 500));
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${line(value)}`)
    .join("\n");
}

function TurnFacts({ turn, appId }: { turn: Turn; appId: string }) {
  const { t } = useTranslation(["logs", "runs"]);
  const formats = useFormats();
  const tokens = turn.prompt_tokens + turn.answer_tokens;
  const facts: ReactNode[] = [
    <RelativeTime key="at" value={turn.created_at} />,
    turn.version_number === null ? t("runs:version.draft") : t("runs:version.number", { number: turn.version_number }),
    turn.latency_s > 0 && formats.seconds(turn.latency_s),
    turn.first_token_s !== null && t("firstToken", { time: formats.seconds(turn.first_token_s) }),
    tokens > 0 && t("tokens", { tokens: formats.tokens(tokens) }),
    turn.cost_usd > 0 && formats.cost(turn.cost_usd),
  ];
  return (
    <div className={classes.foot}>
      <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: turn.run_id }} size="xs" underline="always">
        {t("openRun")}
      </AnchorLink>
      {facts.filter(Boolean).map((fact, place) => (
        <span key={place}>{fact}</span>
      ))}
      {turn.answered_by && (
        <span>
          {t("answeredBy", {
            name: turn.answered_by.author || t("correction.somebody"),
            score: turn.answered_by.score?.toFixed(2) ?? "–",
          })}
        </span>
      )}
    </div>
  );
}

/** What the asker and the members thought of the answer. */
function Opinions({ turn }: { turn: Turn }) {
  const { t } = useTranslation("logs");
  const all = [...(turn.user_feedback ? [turn.user_feedback] : []), ...turn.member_feedback];
  return all.map((one) => (
    <Group key={one.account?.id ?? "user"} gap={6} wrap="nowrap" align="flex-start" fz="sm">
      {one.rating === "like" ? (
        <IconThumbUp size={16} color="var(--tm-good)" role="img" aria-label={t("liked")} style={{ flex: "none", marginTop: 2 }} />
      ) : (
        <IconThumbDown size={16} color="var(--tm-bad)" role="img" aria-label={t("disliked")} style={{ flex: "none", marginTop: 2 }} />
      )}
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {one.account?.name ?? t("theAsker")}
        {one.content && `: ${one.content}`}
      </Text>
    </Group>
  ));
}

/** One's own rating of an answer; pressed again it is taken back. */
function MemberRating({ turn, appId, conversationId }: { turn: Turn; appId: string; conversationId: string }) {
  const { t } = useTranslation("logs");
  const words = useErrorText();
  const me = useMe();
  const rate = useRateAnswer(appId, conversationId);
  const own = turn.member_feedback.find((one) => one.account?.id === me.id)?.rating;
  const icons = {
    like: own === "like" ? IconThumbUpFilled : IconThumbUp,
    dislike: own === "dislike" ? IconThumbDownFilled : IconThumbDown,
  };
  return (
    <>
      <Group gap={4} role="group" aria-label={t("rate.label")}>
        {(["like", "dislike"] as const).map((rating) => {
          const Icon = icons[rating];
          return (
            <Tooltip key={rating} label={t(`rate.${rating}`)}>
              <ActionIcon
                variant={own === rating ? "light" : "subtle"}
                color={own === rating ? "tide" : "gray"}
                aria-label={t(`rate.${rating}`)}
                aria-pressed={own === rating}
                loading={rate.isPending && rate.variables.rating === rating}
                onClick={() => rate.mutate({ message: turn.id, rating: own === rating ? null : rating })}
              >
                <Icon size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          );
        })}
      </Group>
      {rate.error && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {words(rate.error)}
        </Text>
      )}
    </>
  );
}
