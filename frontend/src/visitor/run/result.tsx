import { MarkdownView } from "../answer/markdown-view";
import { CopyButton } from "../chat/answer-actions";
import FormCard from "../chat/form-card";
import { Steps } from "../chat/steps";
import { isLive, type ShownFile, type Turn } from "../chat/turns";
import { FileList } from "../files/file-chips";
import { IconAgain, IconBookmark, IconDownload } from "../icons";
import type { PageInfo, Session } from "../session";
import { ScrollBox } from "../scroll-box";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { outputsText } from "./batch-rows";
import { downloadText } from "@/lib/download";
import type { RunKind } from "./run-api";
import styles from "./run.module.css";
import type { useSaved } from "./saved";

interface Props {
  session: Session;
  page: PageInfo;
  kind: RunKind;
  turn: Turn | null;
  broken: boolean;
  onAgain: (() => void) | null;
  saved: ReturnType<typeof useSaved> | null;
  /** What the result was made from, in a word. */
  about: string;
}

/** What a run says while it goes on, and what it gave. */
export function Result({ session, page, kind, turn, broken, onAgain, saved, about }: Props) {
  const { t } = useTexts();
  if (!turn)
    return (
      <section className={styles.result} aria-label={t("run.result")}>
        <p className={shared.hint}>{t("run.empty")}</p>
      </section>
    );
  const live = isLive(turn);
  const text = kind === "completion" ? turn.answer : outputsText(turn.outputs) || turn.answer;
  const done = turn.status === "done";
  return (
    <section className={styles.result} aria-label={t("run.result")} aria-busy={live}>
      {page.show_workflow_steps && <Steps steps={turn.steps} live={live} />}
      <p className={shared.hint} role="status">
        {broken ? t("chat.reconnecting") : <Status turn={turn} />}
      </p>
      {turn.status === "failed" && (
        <p className={shared.wrong} role="alert">
          {t("run.failed", { reason: turn.error ?? "" })}
        </p>
      )}
      {turn.forms.map((form) => (
        <FormCard
          key={form.definition.form_id}
          session={session}
          form={form}
          onAnswer={async (token, action, inputs) => {
            await session.post(`/form/human_input/${token}`, { action, inputs });
          }}
        />
      ))}
      {kind === "workflow" && turn.outputs ? (
        <Outputs outputs={turn.outputs} />
      ) : (
        turn.answer && <MarkdownView text={turn.answer} live={live} />
      )}
      {done && text && (
        <div className={shared.row}>
          <CopyButton text={text} label={t("answer.copy")} />
          {saved && (
            <button
              type="button"
              className={`${shared.icon} ${shared.small}`}
              aria-label={saved.has(text) ? t("run.kept") : t("run.keep")}
              title={t("run.keep")}
              aria-pressed={saved.has(text)}
              onClick={() => saved.toggle({ about, text })}
            >
              <IconBookmark size={18} />
            </button>
          )}
          {turn.outputs && (
            <button
              type="button"
              className={`${shared.icon} ${shared.small}`}
              aria-label={t("run.download")}
              title={t("run.download")}
              onClick={() => downloadText("result.json", JSON.stringify(turn.outputs, null, 2), "application/json")}
            >
              <IconDownload size={18} />
            </button>
          )}
          {onAgain && (
            <button type="button" className={shared.plain} onClick={onAgain}>
              <IconAgain size={18} />
              {t("run.again")}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function Status({ turn }: { turn: Turn }) {
  const { t } = useTexts();
  if (isLive(turn)) return t("run.running");
  if (turn.status === "stopped") return t("run.stopped");
  if (turn.status === "paused") return t("form.waits");
  if (turn.status !== "done") return null;
  if (turn.steps.some((step) => step.status === "exception")) return t("run.partial");
  return turn.seconds === null ? null : t("run.done", { seconds: turn.seconds.toFixed(1) });
}

interface FileValue {
  id?: string;
  related_id?: string;
  filename?: string;
  type?: string;
  url?: string;
  dify_model_identity?: string;
}

const isFile = (value: unknown): value is FileValue => typeof value === "object" && value !== null && "dify_model_identity" in value;

function filesIn(value: unknown): ShownFile[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter(isFile).map((file) => ({
    id: file.related_id ?? file.id ?? "",
    name: file.filename ?? "",
    kind: file.type ?? "document",
    url: file.url ?? "",
    mine: false,
  }));
}

/** Texts as Markdown, files as links, everything else as JSON. The only one needs no name. */
function Outputs({ outputs }: { outputs: Record<string, unknown> }) {
  const entries = Object.entries(outputs);
  return (
    <div className={shared.stack}>
      {entries.map(([name, value]) => (
        <div key={name}>
          {entries.length > 1 && <h2 className={styles.name}>{name}</h2>}
          <Output label={name} value={value} />
        </div>
      ))}
    </div>
  );
}

function Output({ label, value }: { label: string; value: unknown }) {
  if (typeof value === "string") return <MarkdownView text={value} />;
  const files = filesIn(value);
  if (files.length > 0 && (isFile(value) || (Array.isArray(value) && files.length === value.length))) return <FileList files={files} />;
  return (
    <ScrollBox className={styles.json} label={label}>
      {JSON.stringify(value, null, 2)}
    </ScrollBox>
  );
}
