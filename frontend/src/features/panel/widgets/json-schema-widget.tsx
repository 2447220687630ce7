import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonEditor } from "@/features/prompt/json-editor";
import { type Json, record } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { inferSchema, rowsToSchema, type SchemaRow, schemaToRows } from "./json-schema";
import { SchemaRows } from "./schema-rows";

type View = "form" | "json" | "example";

/** The shape of a reply: rows, JSON schema, or taken from an example. The value is the schema, or `{schema}` around it. */
export function JsonSchemaWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const wrapped = field.path.endsWith("structured_output") || "schema" in record(value);
  const schema = wrapped ? record(record(value).schema) : record(value);
  const rows = schemaToRows(schema);
  const [asked, setView] = useState<View>("form");
  const view = asked === "form" && !rows ? "json" : asked;
  const write = (next: Json) => onChange(wrapped ? { ...record(value), schema: next } : next);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <div>
        <SegmentedControl
          size="xs"
          aria-label={t("schema.view")}
          value={view}
          onChange={(next) => setView(next as View)}
          data={[
            { value: "form", label: t("schema.form"), disabled: !rows },
            { value: "json", label: t("schema.json") },
            ...(readOnly ? [] : [{ value: "example", label: t("schema.example") }]),
          ]}
        />
      </div>
      {!rows && (
        <Text size="xs" c="dimmed">
          {t("schema.tooRich")}
        </Text>
      )}
      {view === "form" && rows && <RowsForm rows={rows} readOnly={readOnly} onChange={(next) => write(rowsToSchema(next, schema))} />}
      {view === "json" && <SchemaText schema={schema} label={field.label} readOnly={readOnly} onChange={write} />}
      {view === "example" && (
        <FromExample
          onSchema={(next) => {
            write(next);
            setView("form");
          }}
        />
      )}
    </FieldShell>
  );
}

/** Keeps rows that have no name yet, which the schema cannot hold. */
function RowsForm({ rows, readOnly, onChange }: { rows: SchemaRow[]; readOnly: boolean; onChange(rows: SchemaRow[]): void }) {
  const [local, setLocal] = useState(rows);
  const outside = JSON.stringify(rowsToSchema(rows));
  useEffect(() => {
    setLocal((now) => (JSON.stringify(rowsToSchema(now)) === outside ? now : rows));
    // `rows` is made anew each time; `outside` tells when it differs.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [outside]);
  return (
    <SchemaRows
      rows={local}
      readOnly={readOnly}
      depth={0}
      onChange={(next) => {
        setLocal(next);
        onChange(next);
      }}
    />
  );
}

function SchemaText({
  schema,
  label,
  readOnly,
  onChange,
}: {
  schema: Json;
  label: string;
  readOnly: boolean;
  onChange(schema: Json): void;
}) {
  const { t } = useTranslation("panel");
  const [text, setText] = useState(() => JSON.stringify(schema, null, 2));
  const [wrong, setWrong] = useState(false);
  return (
    <>
      <JsonEditor
        label={label}
        value={text}
        readOnly={readOnly}
        invalid={wrong}
        onChange={(next) => {
          setText(next);
          const parsed = parseObject(next);
          setWrong(parsed === null);
          if (parsed) onChange(parsed);
        }}
      />
      {wrong && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {t("json.invalidObject")}
        </Text>
      )}
    </>
  );
}

function FromExample({ onSchema }: { onSchema(schema: Json): void }) {
  const { t } = useTranslation("panel");
  const [text, setText] = useState("");
  const parsed = parseObject(text);
  return (
    <div className={classes.rows}>
      <JsonEditor
        label={t("schema.exampleLabel")}
        value={text}
        placeholder={t("schema.examplePlaceholder")}
        onChange={setText}
        invalid={text.trim() !== "" && !parsed}
      />
      <Group gap="xs">
        <Button size="xs" disabled={!parsed} onClick={() => parsed && onSchema(inferSchema(parsed))}>
          {t("schema.infer")}
        </Button>
        {text.trim() !== "" && !parsed && (
          <Text size="xs" c="var(--tm-bad)" role="alert">
            {t("json.invalidObject")}
          </Text>
        )}
      </Group>
    </div>
  );
}

function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
