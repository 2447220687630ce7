import { SegmentedControl, TextInput } from "@mantine/core";
import { type ClipboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { PromptEditor } from "@/features/prompt/prompt-editor";
import { useInvalid } from "../form/field-problems";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { useLocalRows } from "../form/use-local-rows";
import { editLine, isBlank, type LineRow, newLine, readLines, writeLines } from "./http-lines";
import { AddRow, RemoveRow } from "./row-tools";

/** Headers and parameters: rows of a name and a value, or the text they are kept as. */
export function HttpLinesWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(field.path);
  const [view, setView] = useState("rows");
  const text = typeof value === "string" ? value : "";
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={view === "text" ? field.hint : undefined}
      required={field.required}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("lines.view", { name: field.label })}
          value={view}
          onChange={setView}
          data={[
            { value: "rows", label: t("lines.rows") },
            { value: "text", label: t("lines.text") },
          ]}
        />
      }
    >
      {view === "text" ? (
        <PromptEditor value={text} label={field.label} readOnly={readOnly} invalid={invalid} tokens={false} onChange={onChange} />
      ) : (
        <Rows label={field.label} text={text} onChange={onChange} />
      )}
    </FieldShell>
  );
}

function Rows({ label, text, onChange }: { label: string; text: string; onChange(text: string): void }) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const [rows, setRows] = useLocalRows<LineRow, string>(text, readLines, (next) => writeLines(next.filter(isWritten)), onChange);
  const shown = rows.flatMap((row, index) => (isBlank(row) ? [] : [{ row, index }]));
  const replace = (index: number, patch: { key?: string; value?: string }) =>
    setRows(rows.map((row, at) => (at === index ? editLine(row, patch) : row)));
  /** Several lines pasted into one name are as many rows. */
  const paste = (event: ClipboardEvent, index: number) => {
    const pasted = event.clipboardData.getData("text");
    if (!pasted.includes("\n") && !/^[\w-]+:\s/.test(pasted)) return;
    event.preventDefault();
    const empty = !rows[index]?.key && !rows[index]?.value;
    setRows([...rows.slice(0, empty ? index : index + 1), ...readLines(pasted.trim()), ...rows.slice(index + 1)]);
  };
  return (
    <div className={classes.rows}>
      {shown.map(({ row, index }, at) => (
        <div key={index} className={classes.row} role="group" aria-label={t("lines.row", { label, number: at + 1 })}>
          <KeyField
            row={row}
            label={t("lines.key", { label, number: at + 1 })}
            readOnly={readOnly}
            onKey={(key) => replace(index, { key })}
            onPaste={(event) => paste(event, index)}
          />
          <InlinePrompt
            value={row.value}
            label={t("lines.value", { label, number: at + 1 })}
            placeholder={t("lines.valueHint")}
            readOnly={readOnly}
            onChange={(next) => replace(index, { value: next })}
          />
          {!readOnly && <RemoveRow name={row.key || at + 1} onClick={() => setRows(rows.filter((_, place) => place !== index))} />}
        </div>
      ))}
      {!readOnly && <AddRow label={t("lines.add")} of={label} onClick={() => setRows([...rows, newLine()])} />}
    </div>
  );
}

const isWritten = (row: LineRow): boolean => row.line !== null || row.key.trim() !== "" || row.value.trim() !== "";

interface KeyProps {
  row: LineRow;
  label: string;
  readOnly: boolean;
  onKey(key: string): void;
  onPaste(event: ClipboardEvent): void;
}

/** A name; with chips when it is made of variables. */
function KeyField({ row, label, readOnly, onKey, onPaste }: KeyProps) {
  const { t } = useTranslation("widgets");
  if (row.key.includes("{{#")) return <InlinePrompt value={row.key} label={label} readOnly={readOnly} onChange={onKey} />;
  return (
    <TextInput
      w="36%"
      size="xs"
      value={row.key}
      aria-label={label}
      placeholder={t("lines.keyHint")}
      readOnly={readOnly}
      onChange={(event) => onKey(event.currentTarget.value)}
      onPaste={onPaste}
    />
  );
}
