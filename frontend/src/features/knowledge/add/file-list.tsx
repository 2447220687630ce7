import { ActionIcon, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconFile, IconRefresh, IconTrash } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/features/knowledge/add/add.module.css";
import type { UploadItem, UploadsStore } from "@/features/knowledge/add/uploads";
import type { Wizard } from "@/features/knowledge/add/use-wizard";
import { ProgressBar } from "@/components/progress-bar";
import { fileSize } from "@/lib/format";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";

/** The chosen files with how far each has been sent. */
export function FileList({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation("knowledge-add");
  const language = useLanguage();
  const { files, uploads } = wizard;
  if (files.length === 0) return null;
  const done = files.filter(({ state }) => state === "done").length;
  const failed = files.filter(({ state }) => state === "failed").length;
  const bytes = files.reduce((all, { size }) => all + size, 0);
  const sent = files.reduce((all, file) => all + file.size * file.sent, 0);
  const state = t("files.sent", { done, count: files.length });
  return (
    <section aria-label={t("files.list")}>
      <Group justify="space-between" gap="sm" mb="xs">
        <Text size="sm" role="status">
          {state} · {fileSize(bytes, language)}
          {failed > 0 && ` · ${t("files.failed", { count: failed })}`}
        </Text>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => uploads.getState().remove(files.map(({ key }) => key))}>
          {t("files.removeAll")}
        </Button>
      </Group>
      {done + failed < files.length && (
        <ProgressBar mb="xs" value={bytes ? (100 * sent) / bytes : 0} label={t("files.progress")} told={state} />
      )}
      <ul className={classes.files}>
        {files.map((item) => (
          <FileRow key={item.key} item={item} uploads={uploads} />
        ))}
      </ul>
    </section>
  );
}

const FileRow = memo(function FileRow({ item, uploads }: { item: UploadItem; uploads: UploadsStore }) {
  const { t } = useTranslation("knowledge-add");
  const language = useLanguage();
  const words = useErrorText();
  const { key, name, folder, size, state, sent, error } = item;
  return (
    <li className={classes.file}>
      <FileSign state={state} />
      <div className={classes.fileText}>
        <Text size="sm" className={classes.fileName} title={folder ? `${folder}/${name}` : name}>
          {folder && (
            <Text span c="dimmed" inherit>
              {folder}/
            </Text>
          )}
          {name}
        </Text>
        {state === "sending" && <ProgressBar size="xs" value={sent * 100} label={t("files.progressOf", { name })} />}
        {state === "failed" && (
          <Text size="xs" c="var(--tm-bad)">
            {words(error)}
          </Text>
        )}
      </div>
      <Text size="xs" c="dimmed" className={classes.fileSize}>
        {state === "waiting" ? t("files.waiting") : fileSize(size, language)}
      </Text>
      {state === "failed" && (
        <Tooltip label={t("files.retry")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("files.retryOf", { name })} onClick={() => uploads.getState().retry(key)}>
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("files.removeOf", { name })}
        title={t("files.remove")}
        onClick={() => uploads.getState().remove([key])}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </li>
  );
});

function FileSign({ state }: { state: UploadItem["state"] }) {
  const { t } = useTranslation("knowledge-add");
  if (state === "done") return <IconCircleCheck size={18} color="var(--tm-good)" role="img" aria-label={t("files.done")} />;
  if (state === "failed") return <IconCircleX size={18} color="var(--tm-bad)" role="img" aria-label={t("files.notSent")} />;
  return <IconFile size={18} stroke={1.5} aria-hidden />;
}
