import { useState } from "react";
import { MarkdownView } from "../answer/markdown-view";
import { Dialog } from "../dialog";
import { ScrollBox } from "../scroll-box";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./chat.module.css";
import type { Source } from "./turns";

/** What an answer rests on; each source can be read. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  const { t } = useTexts();
  const [shown, setShown] = useState<Source | null>(null);
  if (sources.length === 0) return null;
  const nameOf = (source: Source) => source.document_name ?? source.dataset_name ?? "";
  return (
    <details className={styles.fold} open>
      <summary>{t("answer.sources", { count: sources.length })}</summary>
      <ol className={styles.sources}>
        {sources.map((source) => (
          <li key={source.position}>
            <button type="button" className={shared.plain} onClick={() => setShown(source)}>
              <span className={styles.number}>{source.position}</span>
              <span>{nameOf(source)}</span>
            </button>
          </li>
        ))}
      </ol>
      {shown && (
        <Dialog title={t("answer.source", { number: shown.position, name: nameOf(shown) })} onClose={() => setShown(null)}>
          <p className={shared.hint}>
            {[shown.dataset_name, shown.page !== null && shown.page !== undefined ? t("answer.page", { page: shown.page }) : null]
              .filter(Boolean)
              .join(" · ")}
          </p>
          <ScrollBox className={styles.passage} label={nameOf(shown)}>
            <MarkdownView text={shown.content ?? ""} />
          </ScrollBox>
          <div className={`${shared.row} ${shared.end}`}>
            <button type="button" className={shared.plain} onClick={() => setShown(null)}>
              {t("page.close")}
            </button>
          </div>
        </Dialog>
      )}
    </details>
  );
}
