import { ActionIcon, Alert, Badge, Button, Group, Menu, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { App, Problem } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { useFormats } from "@/features/canvas/formats";
import { useProblemText } from "@/lib/use-problem-text";
import type { ChatMessage } from "@/features/runs/chat-session";
import { MarkdownView } from "@/features/runs/markdown-view";
import { useErrorText } from "@/lib/use-error-text";
import { FollowRun } from "../follow-run";
import type { Settings } from "../settings";
import classes from "./compare.module.css";
import type { Figures } from "./figures";
import { type Asked, type Column, useColumn } from "./use-column";
import { VariantSetup } from "./variant-setup";
import { letter, type Variant, withVariant } from "./variants";

export interface ColumnHandle {
  ask(asked: Asked): Promise<void>;
  stop(): Promise<void>;
  restart(): void;
}

/** What the page knows of a column. */
export interface ColumnState {
  busy: boolean;
  begun: boolean;
  failed: boolean;
  figures: Figures | null;
}

interface Props {
  app: App;
  settings: Settings;
  variant: Variant;
  index: number;
  /** Where it is the best of all. */
  wins: readonly (keyof Figures)[];
  canAdd: boolean;
  canRemove: boolean;
  handle: Ref<ColumnHandle>;
  onChange(variant: Variant): void;
  onUse(): void;
  onDuplicate(): void;
  onRemove(): void;
  onState(id: string, state: ColumnState): void;
}

/** One variant: what differs in it, its conversation, and what each answer took. */
export function VariantColumn(props: Props) {
  const { app, settings, variant, index, wins, handle, onChange, onState } = props;
  const { t } = useTranslation("simple-compare");
  const chats = app.mode !== "completion";
  const column = useColumn(app.id, withVariant(settings, variant), chats);
  useImperativeHandle(handle, () => ({ ask: column.ask, stop: column.stop, restart: column.restart }));
  const { busy, runId } = column;
  const figures = (runId && column.figures[runId]) || null;
  const begun = column.session.messages.length > 0;
  const failed = column.error !== null || column.view?.state === "failed" || column.view?.state === "stopped";
  useEffect(() => onState(variant.id, { busy, begun, failed, figures }), [onState, variant.id, busy, begun, failed, figures]);
  const end = useRef<HTMLDivElement>(null);
  const length = column.session.messages.length + (column.view?.answer.length ?? 0);
  useEffect(() => {
    if (length) end.current?.scrollIntoView?.({ block: "nearest" });
  }, [length, busy]);
  return (
    <section className={classes.column} aria-label={t("column", { letter: letter(index) })} aria-busy={busy}>
      <ColumnHead {...props} />
      <VariantSetup app={app} settings={settings} variant={variant} onChange={onChange} />
      <div className={classes.answers} role="log" aria-label={t("answers", { letter: letter(index) })}>
        {!begun && !column.error && (
          <Text size="sm" c="dimmed">
            {t(chats ? "emptyChat" : "emptyOnce")}
          </Text>
        )}
        {column.session.messages.map((message, at) => (
          <Said key={at} message={message} column={column} appId={app.id} wins={wins} chats={chats} />
        ))}
        <Failure column={column} />
        <div ref={end} />
      </div>
      {runId && <FollowRun key={runId} runId={runId} onView={column.follow} />}
    </section>
  );
}

function ColumnHead({ index, variant, canAdd, canRemove, onUse, onDuplicate, onRemove }: Props) {
  const { t } = useTranslation("simple-compare");
  const name = letter(index);
  const own = variant.model !== null || variant.prompt !== null;
  return (
    <Group gap={6} wrap="nowrap" className={classes.head}>
      <Badge variant="filled" circle size="lg" aria-hidden>
        {name}
      </Badge>
      <Text size="sm" fw={600} flex={1} truncate>
        {t(own ? "variant" : "asInApp", { letter: name })}
      </Text>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconCheck size={14} aria-hidden />}
        disabled={!own}
        aria-label={t("useOf", { letter: name })}
        onClick={onUse}
      >
        {t("use")}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t("more", { letter: name })}>
            <ActionIcon variant="subtle" color="gray" aria-label={t("more", { letter: name })}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} disabled={!canAdd} onClick={onDuplicate}>
            {t("duplicate")}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} disabled={!canRemove} onClick={onRemove}>
            {t("remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

interface SaidProps {
  message: ChatMessage;
  column: Column;
  appId: string;
  wins: Props["wins"];
  chats: boolean;
}

function Said({ message, column, appId, wins, chats }: SaidProps) {
  const { t } = useTranslation("simple-compare");
  const latest = message.runId === column.runId;
  const live = column.busy && latest;
  if (message.role === "user") return chats ? <div className={classes.asked}>{message.text}</div> : null;
  const figures = message.runId ? column.figures[message.runId] : undefined;
  return (
    <article className={classes.said}>
      {message.text && <MarkdownView text={message.text} live={live} />}
      {live && !message.text && (
        <Text size="xs" c="dimmed">
          {t("waiting")}
        </Text>
      )}
      {message.failed && !live && !(latest && column.view?.error) && (
        <Text size="xs" c="dimmed">
          {t("cut")}
        </Text>
      )}
      {figures && <FiguresLine figures={figures} wins={latest && !live ? wins : []} live={live} />}
      {message.runId && !live && (
        <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: message.runId }} size="xs">
          {t("openRun")}
        </AnchorLink>
      )}
    </article>
  );
}

function FiguresLine({ figures, wins, live }: { figures: Figures; wins: Props["wins"]; live: boolean }) {
  const { t } = useTranslation("simple-compare");
  const formats = useFormats();
  const shown: readonly [keyof Figures, string | null][] = [
    ["firstS", figures.firstS === null ? null : formats.seconds(figures.firstS)],
    ["elapsedS", figures.elapsedS === null ? null : formats.seconds(figures.elapsedS)],
    ["tokens", live ? null : formats.tokens(figures.tokens)],
    ["costUsd", live ? null : figures.costUsd > 0 ? formats.cost(figures.costUsd) : t("noCost")],
  ];
  return (
    <dl className={classes.figures}>
      {shown.map(([name, value]) => (
        <div key={name} data-best={wins.includes(name) || undefined}>
          <dt>{t(`figure.${name}`)}</dt>
          <dd>
            {value ?? "–"}
            {wins.includes(name) && <span className={classes.best}>{t("best")}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Why this column has no answer. */
function Failure({ column }: { column: Column }) {
  const words = useErrorText();
  const problemText = useProblemText();
  const failed = column.view?.error;
  const failure = failed
    ? new ApiError({ code: failed.code, message: failed.message, status: 500, details: failed.details })
    : column.error;
  if (failure === null || failure === undefined) return null;
  const problems = failure instanceof ApiError && Array.isArray(failure.details.problems) ? (failure.details.problems as Problem[]) : [];
  const errors = problems.filter((problem) => problem.severity === "error");
  return (
    <Alert color="red" variant="light" role="alert" p="xs">
      {errors.length === 0 && words(failure)}
      {errors.map((problem, at) => (
        <Text size="sm" key={at}>
          {problemText(problem)}{" "}
          <Text span size="xs" c="dimmed">
            {problem.field}
          </Text>
        </Text>
      ))}
    </Alert>
  );
}
