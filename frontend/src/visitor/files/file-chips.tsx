import { IconClose, IconFile } from "../icons";
import type { ShownFile } from "../chat/turns";
import { type Texts, useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import styles from "./files.module.css";
import type { Upload } from "./uploads";

function reasonOf(file: Upload, t: Texts): string {
  if (file.error?.code === "file_too_large" && file.error.details.size)
    return t("file.tooLarge", { size: String(file.error.details.size) });
  if (file.error?.code === "too_many_files") return t("file.tooMany", { count: Number(file.error.details.count) });
  if (file.error?.code === "file_not_allowed") return t("file.notAllowed");
  return errorWords(file.error, t);
}

/** Files that were chosen, with how far they are. */
export function UploadChips({ files, onRemove }: { files: readonly Upload[]; onRemove(key: number): void }) {
  const { t } = useTexts();
  if (files.length === 0) return null;
  return (
    <ul className={styles.chips}>
      {files.map((file) => (
        <li key={file.key} className={styles.chip} data-wrong={file.error !== null || undefined}>
          {file.kind === "image" && file.url ? <img src={file.url} alt="" className={styles.thumb} /> : <IconFile size={18} />}
          <span className={styles.name} role={file.error ? "alert" : undefined}>
            {file.error
              ? t("file.failed", { name: file.name, reason: reasonOf(file, t) })
              : file.id
                ? file.name
                : t("file.loading", { name: file.name, percent: file.percent })}
          </span>
          <button
            type="button"
            className={`${shared.icon} ${shared.small}`}
            aria-label={t("file.remove", { name: file.name })}
            title={t("file.remove", { name: file.name })}
            onClick={() => onRemove(file.key)}
          >
            <IconClose size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Files of a message. */
export function FileList({ files }: { files: readonly ShownFile[] }) {
  const { t } = useTexts();
  if (files.length === 0) return null;
  return (
    <ul className={styles.chips}>
      {files.map((file) => (
        <li key={file.id}>
          <a className={styles.chip} href={file.url} target="_blank" rel="noreferrer" aria-label={t("file.open", { name: file.name })}>
            {file.kind === "image" && file.url.startsWith(window.location.origin) ? (
              <img src={file.url} alt="" className={styles.thumb} />
            ) : (
              <IconFile size={18} />
            )}
            <span className={styles.name}>{file.name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
