import { useTranslation } from "react-i18next";
import { TextDiff } from "@/components/text-diff";
import { stableText } from "@/lib/text-diff";
import type { ChangeWords } from "./change-words";
import { type FieldChange, isMissing } from "./value-diff";
import classes from "./versions.module.css";

const BY_LINES = new Set(["code", "jinja2_text"]);

function asText(value: unknown): string {
  if (isMissing(value)) return "";
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join("\n");
  return stableText(value);
}

/** One setting as it was and as it is: texts word by word, lists line by line, the rest side by side. */
export function FieldDiff({ field, label, words }: { field: FieldChange; label: string; words: ChangeWords }) {
  const { t } = useTranslation("versions");
  const { before, after, kind, path } = field;
  if (kind === "text")
    return (
      <TextDiff
        label={label}
        mode={BY_LINES.has(String(path.at(-1))) ? "lines" : "words"}
        before={words.readable(asText(before))}
        after={words.readable(asText(after))}
      />
    );
  if (kind === "list" || kind === "object")
    return <TextDiff label={label} mode="lines" before={words.readable(asText(before))} after={words.readable(asText(after))} />;
  const shown = (value: unknown): string => (kind === "model" ? stableModel(value) : words.value(value));
  return (
    <dl className={classes.pair} aria-label={label}>
      <dt>{t("compare.before")}</dt>
      <dd>{shown(before)}</dd>
      <dt>{t("compare.after")}</dt>
      <dd>{shown(after)}</dd>
    </dl>
  );
}

function stableModel(value: unknown): string {
  const { provider, name } = (value ?? {}) as { provider?: string; name?: string };
  return [provider, name].filter(Boolean).join(" / ") || "–";
}
