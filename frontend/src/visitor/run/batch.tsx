import { useRef, useState } from "react";
import type { InputError } from "@/features/runs/input-fields";
import { downloadText } from "@/lib/download";
import type { PageField } from "../inputs/page-inputs";
import type { Session } from "../session";
import { type TextKey, type Texts, useTexts } from "../texts";
import { ScrollBox } from "../scroll-box";
import { useDrop } from "../use-drop";
import shared from "../visitor.module.css";
import { fileFields, readRows, resultTable, tableFields, type TableProblem, template } from "./batch-rows";
import { decodeTable, parseCsv } from "./csv";
import type { RunKind } from "./run-api";
import styles from "./run.module.css";
import { useBatch } from "./use-batch";

const CSV = "text/csv";
const SHOWN = 240;

function problemWords(problem: TableProblem, t: Texts): string {
  if (problem.code === "row") return t("batch.rowWrong", { row: problem.row, reason: inputWords(problem.error, t) });
  if (problem.code === "tooMany") return t("batch.tooMany", { count: problem.count, max: problem.max });
  return problem.code === "noRows" ? t("batch.noRows") : t(`batch.${problem.code}`, { names: problem.names });
}

const inputWords = (error: InputError, t: Texts): string => t(`input.${error.code}` as TextKey, error.params);

interface Props {
  session: Session;
  kind: RunKind;
  fields: readonly PageField[];
  title: string;
}

/** Many runs from a table: template, upload, progress, failed rows again, results. */
export function Batch({ session, kind, fields, title }: Props) {
  const { t } = useTexts();
  const columns = tableFields(fields);
  const batch = useBatch(session, kind, columns);
  const [problem, setProblem] = useState<string | null>(null);
  const place = useRef<HTMLLabelElement>(null);
  const asFiles = fileFields(fields).filter((field) => field.required);
  const read = async (file: File | undefined) => {
    if (!file) return;
    const found = readRows(parseCsv(decodeTable(await file.arrayBuffer())), columns);
    setProblem(Array.isArray(found) ? null : problemWords(found, t));
    batch.load(Array.isArray(found) ? found : []);
  };
  useDrop(place, batch.running ? null : (files) => void read(files[0]));
  const count = (state: string) => batch.rows.filter((row) => row.state === state).length;
  const failed = count("failed") + count("stopped");
  const done = count("succeeded") + failed;
  if (asFiles.length > 0)
    return <p className={shared.hint}>{t("batch.files", { names: asFiles.map((field) => field.label).join(", ") })}</p>;
  return (
    <div className={shared.stack}>
      <p className={shared.hint}>{t("batch.hint")}</p>
      <div className={shared.row}>
        <button type="button" className={shared.plain} onClick={() => downloadText(`${title}.csv`, template(columns), CSV)}>
          {t("batch.template")}
        </button>
      </div>
      <label ref={place} className={styles.drop}>
        <span className={shared.label}>{t("batch.load")}</span>
        <input
          type="file"
          accept=".csv,text/csv"
          disabled={batch.running}
          onChange={(event) => {
            void read(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <span className={shared.hint}>{t("batch.drop")}</span>
      </label>
      {problem && (
        <p className={shared.wrong} role="alert">
          {problem}
        </p>
      )}
      {batch.rows.length > 0 && (
        <>
          <div className={shared.row}>
            {batch.running ? (
              <button type="button" className={shared.plain} onClick={batch.stop}>
                {t("run.stop")}
              </button>
            ) : (
              done === 0 && (
                <button type="button" className={shared.button} onClick={batch.start}>
                  {t("batch.start")}
                </button>
              )
            )}
            {!batch.running && failed > 0 && (
              <button type="button" className={shared.button} onClick={batch.retry}>
                {t("batch.retry")}
              </button>
            )}
            {done > 0 && !batch.running && (
              <button
                type="button"
                className={shared.plain}
                onClick={() => {
                  const titles = { state: t("batch.state"), result: t("batch.result") };
                  downloadText(`${title}.csv`, resultTable(batch.rows, columns, titles), CSV);
                }}
              >
                {t("batch.results")}
              </button>
            )}
            <span role="status">
              {done > 0 || batch.running
                ? t("batch.progress", { done, count: batch.rows.length, failed })
                : t("batch.rows", { count: batch.rows.length })}
            </span>
          </div>
          <progress className={styles.progress} max={batch.rows.length} value={done} aria-label={t("run.batch")} />
          <Rows batch={batch} columns={columns} />
        </>
      )}
    </div>
  );
}

function Rows({ batch, columns }: { batch: ReturnType<typeof useBatch>; columns: readonly PageField[] }) {
  const { t } = useTexts();
  return (
    <ScrollBox className={styles.rows} label={t("run.batch")}>
      <table>
        <thead>
          <tr>
            <th>{t("batch.row")}</th>
            <th>{t("batch.state")}</th>
            <th>{t("batch.result")}</th>
            {columns.map((field) => (
              <th key={field.name}>{field.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {batch.rows.map((row, index) => (
            <tr key={index}>
              <td>{index + 1}</td>
              <td>{t(`batch.${row.state}` as TextKey)}</td>
              <td className={row.error ? shared.wrong : undefined}>{(row.result || row.error).slice(0, SHOWN)}</td>
              {columns.map((field) => (
                <td key={field.name}>{String(row.values[field.name] ?? "").slice(0, SHOWN)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
