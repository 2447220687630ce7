import { ActionIcon, CopyButton, Group, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconCheck, IconChevronDown, IconChevronRight, IconCopy } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./json-view.module.css";

/** Values above this are cut on the page; copying gives the whole. */
const SHOWN = 20_000;

/** A part that folds, with a button that copies what is in it. */
export function Fold({
  title,
  copy,
  open: initial = false,
  children,
}: {
  title: string;
  copy?: string;
  open?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation("runs");
  const [open, setOpen] = useState(initial);
  const id = useId();
  return (
    <div className={classes.fold}>
      <Group gap={4} wrap="nowrap" className={classes.head}>
        <UnstyledButton className={classes.toggle} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          <Text span size="xs" fw={600}>
            {title}
          </Text>
        </UnstyledButton>
        {copy !== undefined && (
          <CopyButton value={copy}>
            {({ copied, copy: act }) => (
              <Tooltip label={t(copied ? "copied" : "copy")}>
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("copyOf", { name: title })} onClick={act}>
                  {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        )}
      </Group>
      {open && (
        <div id={id} className={classes.body}>
          {children}
        </div>
      )}
    </div>
  );
}

/** A JSON value that folds by key. */
export function JsonFold({ title, value, open }: { title: string; value: unknown; open?: boolean }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <Fold title={title} copy={text ?? ""} open={open}>
      <Value value={value} depth={0} />
    </Fold>
  );
}

function Value({ value, depth }: { value: unknown; depth: number }) {
  const { t } = useTranslation("runs");
  if (typeof value === "string") return <LongText text={depth === 0 ? value : JSON.stringify(value)} />;
  if (typeof value !== "object" || value === null) return <span className={classes.scalar}>{String(value)}</span>;
  const entries = Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : Object.entries(value);
  if (entries.length === 0) return <span className={classes.scalar}>{Array.isArray(value) ? "[]" : "{}"}</span>;
  return (
    <ul className={classes.tree}>
      {entries.slice(0, 200).map(([key, item]) => (
        <Entry key={key} name={key} value={item} depth={depth + 1} />
      ))}
      {entries.length > 200 && <li className={classes.more}>{t("json.more", { count: entries.length - 200 })}</li>}
    </ul>
  );
}

function Entry({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const { t } = useTranslation("runs");
  const nested = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  const [open, setOpen] = useState(depth < 3);
  if (!nested) {
    return (
      <li>
        <span className={classes.key}>{name}</span> <Value value={value} depth={depth} />
      </li>
    );
  }
  const count = Object.keys(value).length;
  return (
    <li>
      <UnstyledButton className={classes.entry} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <IconChevronDown size={12} aria-hidden /> : <IconChevronRight size={12} aria-hidden />}
        <span className={classes.key}>{name}</span>
        <span className={classes.more}>{t(Array.isArray(value) ? "json.items" : "json.fields", { count })}</span>
      </UnstyledButton>
      {open && <Value value={value} depth={depth} />}
    </li>
  );
}

function LongText({ text }: { text: string }) {
  const { t } = useTranslation("runs");
  const cut = text.length > SHOWN;
  return (
    <>
      <span className={classes.text}>{cut ? text.slice(0, SHOWN) : text}</span>
      {cut && <span className={classes.more}>{t("json.cut", { count: text.length })}</span>}
    </>
  );
}
