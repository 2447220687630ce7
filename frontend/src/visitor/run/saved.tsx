import { useState } from "react";
import { MarkdownView } from "../answer/markdown-view";
import { CopyButton } from "../chat/answer-actions";
import { kept } from "../session";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./run.module.css";

export interface SavedRow {
  about: string;
  text: string;
}

const MOST = 100;

function read(key: string): SavedRow[] {
  try {
    const rows: unknown = JSON.parse(kept.read(key) ?? "[]");
    return Array.isArray(rows) ? (rows as SavedRow[]).filter((row) => typeof row?.text === "string") : [];
  } catch {
    return [];
  }
}

/** Results that somebody wants to keep, on this device. */
export function useSaved(key: string) {
  const [rows, setRows] = useState(() => read(key));
  const change = (next: SavedRow[]) => {
    setRows(next);
    kept.write(key, JSON.stringify(next));
  };
  const has = (text: string) => rows.some((row) => row.text === text);
  const toggle = (row: SavedRow) => change(has(row.text) ? rows.filter((one) => one.text !== row.text) : [row, ...rows].slice(0, MOST));
  return { rows, has, toggle };
}

export function Saved({ saved }: { saved: ReturnType<typeof useSaved> }) {
  const { t } = useTexts();
  if (saved.rows.length === 0) return <p className={shared.hint}>{t("run.savedNone")}</p>;
  return (
    <ul className={styles.saved}>
      {saved.rows.map((row) => (
        <li key={row.text} className={styles.result}>
          {row.about && <p className={shared.hint}>{row.about}</p>}
          <MarkdownView text={row.text} />
          <div className={shared.row}>
            <CopyButton text={row.text} label={t("answer.copy")} />
            <button type="button" className={shared.plain} onClick={() => saved.toggle(row)}>
              {t("run.forget")}
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}
