import { Alert, Collapse, Table, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/types";
import { useFormats } from "@/features/canvas/formats";
import { chatModelsQuery, findModel } from "@/features/canvas/numbers/data";
import { modelOf, type PromptSize as Size, promptSize, type SizePart } from "@/features/canvas/numbers/prompt-size";
import { type EditorState, useEditor } from "@/features/canvas/store";
import { useScope } from "@/features/prompt/scope-context";
import { tokenFamily } from "@/features/prompt/tokens";
import { useReferenceInfo } from "@/features/prompt/use-reference-info";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";
import { record } from "./form/field-schema";
import { useNodeForm } from "./form/form-context";
import classes from "./prompt-size.module.css";

const selectTrace = (state: EditorState) => state.run.trace;
/** From here on little room is left for the answer. */
const NEARLY_FULL = 0.8;

/** How large the prompt is, why, and whether the model can take it. Its texts come a moment after the form. */
export function PromptSize() {
  return (
    <Suspense fallback={null}>
      <Measured />
    </Suspense>
  );
}

function Measured() {
  const { t } = useTranslation("numbers");
  const { node } = useNodeForm();
  const { lastValue } = useScope();
  const workspace = useWorkspace();
  const formats = useFormats();
  const numbers = useNumbers();
  const [open, setOpen] = useState(false);
  const { data: models } = useQuery(chatModelsQuery(workspace.id));
  const { provider, name } = modelOf(node.data);
  const model = findModel(models, provider, name);
  const size = useMemo(() => promptSize(node.data, tokenFamily(name), lastValue), [node.data, name, lastValue]);
  if (size.parts.length === 0) return null;
  const price = model?.input_price ? (size.total * model.input_price) / 1e6 : null;
  const Icon = open ? IconChevronDown : IconChevronRight;
  const words = { tokens: numbers.format(size.total), cost: price === null ? "" : formats.cost(price) };
  return (
    <section className={classes.size} aria-label={t("size.title")}>
      <Text size="xs">{t(`size.total${size.open ? "Open" : ""}${price === null ? "" : "Cost"}`, words)}</Text>
      <TooLarge size={size} model={model} />
      <UnstyledButton className={classes.why} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon size={14} aria-hidden />
        {t("size.title")}
      </UnstyledButton>
      <Collapse expanded={open}>
        {open && <Breakdown size={size} />}
        <LastSent nodeId={node.id} />
        <Text size="xs" c="dimmed">
          {t("size.hint")}
        </Text>
      </Collapse>
    </section>
  );
}

function useNumbers(): Intl.NumberFormat {
  const language = useLanguage();
  return useMemo(() => new Intl.NumberFormat(language), [language]);
}

function TooLarge({ size, model }: { size: Size; model: Model | undefined }) {
  const { t } = useTranslation("numbers");
  const { node } = useNodeForm();
  const numbers = useNumbers();
  const language = useLanguage();
  const context = model?.context_size;
  if (!context) return null;
  const longest = record(record(node.data.model).completion_params).max_tokens;
  const answer = typeof longest === "number" ? longest : 0;
  const share = size.total / context;
  const key = share > 1 ? "over" : size.total + answer > context ? "room" : share >= NEARLY_FULL ? "near" : null;
  if (!key) return null;
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
  return (
    <Alert color={key === "over" ? "red" : "yellow"} p="xs" role="status">
      <Text size="xs">{t(`size.${key}`, { model: model.name, size: numbers.format(context), max: numbers.format(answer), percent })}</Text>
    </Alert>
  );
}

function Breakdown({ size }: { size: Size }) {
  const { t } = useTranslation("numbers");
  const numbers = useNumbers();
  const describe = useReferenceInfo();
  const sorted = [...size.parts].sort((a, b) => (b.tokens ?? -1) - (a.tokens ?? -1));
  const nameOf = (part: SizePart): string => {
    if (part.kind !== "variable") return t(`size.${part.kind}`);
    const { group, name } = describe(part.selector ?? []);
    return t("size.variable", { name: group ? `${group} · ${name}` : name });
  };
  return (
    <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={4} fz="xs">
      <Table.Tbody>
        {sorted.map((part) => (
          <Table.Tr key={`${part.kind} ${part.selector?.join(".") ?? ""}`}>
            <Table.Td>{nameOf(part)}</Table.Td>
            <Table.Td w={90} aria-hidden>
              <span className={classes.bar} style={{ width: `${size.total ? ((part.tokens ?? 0) / size.total) * 100 : 0}%` }} />
            </Table.Td>
            <Table.Td ta="end">{part.tokens === null ? t("size.unknown") : numbers.format(part.tokens)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What the provider counted in the run that is open. */
function LastSent({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation("numbers");
  const formats = useFormats();
  const trace = useEditor(selectTrace);
  const usage = record(trace.findLast((step) => step.nodeId === nodeId && step.tokens > 0)?.outputs.usage);
  const { prompt_tokens: sent, completion_tokens: answer } = usage;
  if (typeof sent !== "number" || typeof answer !== "number") return null;
  const tokens = (value: number) => t("tokens", { tokens: formats.tokens(value) });
  return <Text size="xs">{t("size.last", { tokens: tokens(sent), answer: tokens(answer) })}</Text>;
}
