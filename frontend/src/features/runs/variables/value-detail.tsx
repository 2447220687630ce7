import { ActionIcon, Button, CopyButton, Group, Pagination, Text, Textarea, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconPencil, IconRestore } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonEditor } from "@/features/prompt/json-editor";
import { downloadText } from "@/lib/download";
import classes from "./variables.module.css";
import { asText, pageOf, pagesOf, readValue, typeName } from "./values";

interface Props {
  title: string;
  name: string;
  value: unknown;
  /** What was set in its place; undefined where it is as the run gave it. */
  edited: unknown;
  /** Null where it cannot be edited. */
  onEdit: ((value: unknown) => void) | null;
}

/** One value, whole: by pages, to copy, to keep as a file, to edit. */
export function ValueDetail({ title, name, value, edited, onEdit }: Props) {
  const { t } = useTranslation("variables");
  const [page, setPage] = useState(0);
  const [typed, setTyped] = useState<string | null>(null);
  const shown = edited === undefined ? value : edited;
  const text = asText(shown);
  const pages = pagesOf(text);
  const read = typed === null ? undefined : readValue(typed, value);
  const isText = typeof value === "string";
  const keep = () => {
    if (read === undefined || !onEdit) return;
    onEdit(read);
    setTyped(null);
  };
  return (
    <section className={classes.detail} aria-label={title}>
      <Group gap="xs">
        <Text size="sm" fw={600} truncate>
          {title}
        </Text>
        <Text size="xs" c="dimmed" style={{ flex: "none" }}>
          {t("facts", { type: typeName(shown), count: text.length })}
        </Text>
        {edited !== undefined && (
          <Text size="xs" c="var(--tm-warn)" style={{ flex: "none" }}>
            {t("edited")}
          </Text>
        )}
        <Group gap={4} ml="auto" wrap="nowrap">
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Tooltip label={t(copied ? "copied" : "copy")}>
                <ActionIcon variant="subtle" color="gray" aria-label={t("copy")} onClick={copy}>
                  {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
          <Tooltip label={t("download")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("download")}
              onClick={() => downloadText(`${name}.${isText ? "txt" : "json"}`, text, isText ? "text/plain" : "application/json")}
            >
              <IconDownload size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          {onEdit && edited !== undefined && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconRestore size={14} aria-hidden />}
              onClick={() => (setTyped(null), onEdit(value))}
            >
              {t("reset")}
            </Button>
          )}
          {onEdit && typed === null && (
            <Button size="compact-xs" variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => setTyped(text)}>
              {t("edit")}
            </Button>
          )}
        </Group>
      </Group>
      {typed === null ? (
        <>
          <pre className={classes.text}>{pageOf(text, page)}</pre>
          {pages > 1 && (
            <Pagination
              size="xs"
              total={pages}
              value={page + 1}
              onChange={(next) => setPage(next - 1)}
              getControlProps={(control) => ({ "aria-label": t(`page.${control}`) })}
              getItemProps={(item) => ({ "aria-label": t("page.number", { number: item }) })}
            />
          )}
        </>
      ) : (
        <>
          {isText ? (
            <Textarea
              autosize
              minRows={3}
              maxRows={12}
              aria-label={t("valueOf", { name: title })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          ) : (
            <JsonEditor label={t("valueOf", { name: title })} value={typed} invalid={read === undefined} onChange={setTyped} />
          )}
          {read === undefined && (
            <Text size="xs" c="var(--tm-bad)" role="alert">
              {t("invalid")}
            </Text>
          )}
          <Group gap="xs">
            <Button size="compact-sm" disabled={read === undefined} onClick={keep}>
              {t("keep")}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setTyped(null)}>
              {t("cancel")}
            </Button>
          </Group>
        </>
      )}
    </section>
  );
}
