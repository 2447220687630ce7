import { Button, Group, SegmentedControl, Text, UnstyledButton } from "@mantine/core";
import { IconAlertCircle, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type EditorState, useEditor } from "@/features/canvas/store";
import { CodeEditor } from "@/features/prompt/code-editor";
import type { LineMark } from "@/features/prompt/code-editor-inner";
import { useScope } from "@/features/prompt/scope-context";
import { findVariable } from "@/features/prompt/variables-in-scope";
import type { VariableRow } from "@/features/prompt/jinja";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { rowsOf } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { isInside } from "../form/problems-at";
import { useProblemText } from "@/lib/use-problem-text";
import { type CodeLanguage, inLanguage, parameters, withParameters } from "./signature";
import classes from "../form/form.module.css";

const LANGUAGES: CodeLanguage[] = ["python3", "javascript"];
const languageOf = (value: unknown): CodeLanguage => (value === "javascript" ? "javascript" : "python3");

/** Python or JavaScript. A program nobody has changed yet is written anew in the other language. */
export function CodeLanguageWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { node, readOnly, update } = useNodeForm();
  const known = LANGUAGES.includes(value as CodeLanguage);
  return (
    <div data-field={field.path} role="group" aria-label={field.label}>
      <SegmentedControl
        size="xs"
        aria-label={field.label}
        readOnly={readOnly}
        value={known ? String(value) : ""}
        data={LANGUAGES.map((language) => ({ value: language, label: t(`code.${language}`) }))}
        onChange={(next) => {
          onChange(next);
          update((data) => {
            data.code = inLanguage(String(data.code ?? ""), languageOf(value), languageOf(next));
          }, `${node.id}:${field.path}`);
        }}
      />
      <FieldProblems path={field.path} />
    </div>
  );
}

/** The program, its marked lines, and what the sandbox leaves out. */
export function CodeWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { node, readOnly, update } = useNodeForm();
  const invalid = useInvalid(field.path);
  const code = typeof value === "string" ? value : "";
  const language = languageOf(node.data.code_language);
  const { marks, failed } = useMarks(field.path, code);
  const rows = rowsOf<VariableRow>(node.data.variables);
  return (
    <FieldShell path={field.path} label={field.label} required={field.required}>
      <CodeEditor
        label={field.label}
        language={language}
        value={code}
        readOnly={readOnly}
        invalid={invalid || failed !== null}
        marks={marks}
        held
        onChange={onChange}
      />
      {failed && (
        <Text size="xs" c="var(--tm-bad)" className={classes.problem} role="status">
          <IconAlertCircle size={14} aria-hidden />
          <span>{t("code.lastRun", { text: failed.text })}</span>
        </Text>
      )}
      {!readOnly && (
        <SignatureHint
          language={language}
          code={code}
          rows={rows}
          onCode={onChange}
          onRows={(next) =>
            update((data) => {
              data.variables = next;
            })
          }
        />
      )}
      {field.hint && <SandboxHint text={field.hint} />}
    </FieldShell>
  );
}

const selectTrace = (state: EditorState) => state.run.trace;

/** Lines named by the checks, and by the last run until the program is changed. */
function useMarks(path: string, code: string): { marks: LineMark[]; failed: { line: number; text: string } | null } {
  const { node, problems } = useNodeForm();
  const words = useProblemText();
  const trace = useEditor(selectTrace);
  const step = useMemo(() => trace.findLast((one) => one.nodeId === node.id), [trace, node.id]);
  const line = step?.error?.details.line;
  const text = step?.error?.message ?? "";
  const runId = step?.nodeRunId ?? "";
  // The program as it stood when the failure was first seen: once it has been changed, the line says nothing any more.
  const [seen, setSeen] = useState({ runId, code });
  if (seen.runId !== runId) setSeen({ runId, code });
  const failed = typeof line === "number" && (seen.runId !== runId || seen.code === code) ? { line, text } : null;
  const checked = problems
    .filter((problem) => isInside(problem, path) && typeof problem.params?.line === "number")
    .map((problem): LineMark => ({ line: Number(problem.params?.line), text: words(problem), severity: "warning" }));
  const marks = failed ? [...checked, { ...failed, severity: "error" as const }] : checked;
  const key = JSON.stringify(marks);
  // The same list while it says the same: the editor draws its marks anew for another one.
  return { marks: useMemo(() => JSON.parse(key) as LineMark[], [key]), failed };
}

interface SignatureProps {
  language: CodeLanguage;
  code: string;
  rows: VariableRow[];
  onCode(code: string): void;
  onRows(rows: VariableRow[]): void;
}

/** Says when `main` takes other names than the node gives it, and brings the two together. */
function SignatureHint({ language, code, rows, onCode, onRows }: SignatureProps) {
  const { t } = useTranslation("widgets");
  const { groups } = useScope();
  const taken = useMemo(() => parameters(language, code), [language, code]);
  const given = rows.map((row) => row.variable).filter(Boolean);
  if (!taken || (taken.length === given.length && taken.every((name) => given.includes(name)))) return null;
  const byName = new Map(rows.map((row) => [row.variable, row]));
  return (
    <div className={classes.card} role="note">
      <Text size="xs">
        {t("code.differs", { taken: taken.join(", ") || t("code.nothing"), given: given.join(", ") || t("code.nothing") })}
      </Text>
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onRows(taken.map((name) => byName.get(name) ?? { variable: name, value_selector: [] }))}
        >
          {t("code.rowsFollow")}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() =>
            onCode(
              withParameters(
                language,
                code,
                given.map((name) => ({ name, type: findVariable(groups, byName.get(name)?.value_selector ?? [])?.variable.type })),
              ),
            )
          }
        >
          {t("code.codeFollows")}
        </Button>
      </Group>
    </div>
  );
}

function SandboxHint({ text }: { text: string }) {
  const { t } = useTranslation("widgets");
  const [open, setOpen] = useState(false);
  return (
    <div>
      <UnstyledButton fz="xs" c="dimmed" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Group gap={4} component="span" wrap="nowrap">
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          {t("code.sandbox")}
        </Group>
      </UnstyledButton>
      {open && (
        <Text size="xs" c="dimmed" pl={18}>
          {text}
        </Text>
      )}
    </div>
  );
}
