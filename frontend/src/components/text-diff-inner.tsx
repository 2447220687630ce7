import { Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type DiffMode, type DiffPart, textDiff } from "@/lib/text-diff";
import classes from "./text-diff.module.css";

export interface TextDiffProps {
  before: string;
  after: string;
  mode: DiffMode;
  /** Names the comparison for who does not see where it stands. */
  label?: string;
}

/** Unchanged stretches longer than this fold. */
const FOLDS_ABOVE = 9;
/** This many lines stay at each end of a folded stretch. */
const KEPT = 3;

export default function TextDiffInner({ before, after, mode, label }: TextDiffProps) {
  const { t } = useTranslation("diff");
  const parts = useMemo(() => textDiff(before, after, mode), [before, after, mode]);
  if (before === "" && after === "") return <Note text={t("bothEmpty")} />;
  return (
    <div className={classes.frame} data-mode={mode} {...(label && { role: "group", "aria-label": label })}>
      {before === after && <Note text={t("same")} />}
      <pre className={classes.text}>
        {parts.map((part, index) => (
          // Parts have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <Part key={index} part={part} first={index === 0} last={index === parts.length - 1} />
        ))}
      </pre>
    </div>
  );
}

function Note({ text }: { text: string }) {
  return (
    <Text size="xs" c="dimmed">
      {text}
    </Text>
  );
}

function Part({ part, first, last }: { part: DiffPart; first: boolean; last: boolean }) {
  const { t } = useTranslation("diff");
  if (part.kind === "same") return <Unchanged text={part.text} first={first} last={last} />;
  const Tag = part.kind === "added" ? "ins" : "del";
  return (
    <Tag className={classes[part.kind]}>
      <VisuallyHidden>{t(part.kind)}</VisuallyHidden>
      {part.text}
    </Tag>
  );
}

function Unchanged({ text, first, last }: { text: string; first: boolean; last: boolean }) {
  const { t } = useTranslation("diff");
  const [open, setOpen] = useState(false);
  const lines = text.split("\n");
  const head = first ? 0 : KEPT;
  const tail = last ? 0 : KEPT;
  if (open || lines.length <= FOLDS_ABOVE || (first && last)) return <span>{text}</span>;
  const hidden = lines.length - head - tail;
  return (
    <>
      {head > 0 && <span>{`${lines.slice(0, head).join("\n")}\n`}</span>}
      <UnstyledButton className={classes.folded} onClick={() => setOpen(true)}>
        {t("folded", { count: hidden })}
      </UnstyledButton>
      {tail > 0 && <span>{lines.slice(-tail).join("\n")}</span>}
    </>
  );
}
