import { Badge, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconEqual, IconEqualNot } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { TextDiff } from "@/components/text-diff";
import { useFormats } from "@/features/canvas/formats";
import type { StepView } from "@/features/canvas/run-reducer";
import { stableText } from "@/lib/text-diff";
import { StepState } from "../step-state";
import { Change } from "./change";
import { pairNumbers, promptText, type StepPair, told } from "./compare-runs";
import classes from "./compare.module.css";

interface Props {
  pair: StepPair;
  name: string;
  first: boolean;
  chosen: boolean;
  onNode(node: string): void;
}

/** One execution in both runs; opens to what differs in it. */
export function StepRow({ pair, name, first, chosen, onNode }: Props) {
  const { t } = useTranslation(["compare", "runs"]);
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  const id = useId();
  const { a, b, differences, path } = pair;
  const rounds = path === "" ? [] : path.split("/").map((part) => Number(part.split(":").at(-1)) + 1);
  const numbers = (of: (step: StepView) => number | null, format: (value: number) => string) => {
    const [one, other] = [a && of(a), b && of(b)];
    const words = (value: number | null) => (value === null ? "–" : format(value));
    const nothing = !one && !other;
    return (
      <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
        <Text span size="sm" c={nothing ? "dimmed" : undefined}>
          {nothing ? "–" : `${words(one)} → ${words(other)}`}
        </Text>
        {!nothing && one !== null && other !== null && (
          <div>
            <Change pair={pairNumbers(one, other)} format={format} />
          </div>
        )}
      </Table.Td>
    );
  };
  return (
    <>
      <Table.Tr data-chosen={chosen || undefined} className={classes.row}>
        <Table.Th scope="row">
          <UnstyledButton
            className={classes.opener}
            aria-expanded={open}
            aria-controls={id}
            style={{ paddingInlineStart: `${rounds.length}rem` }}
            onClick={() => {
              setOpen(!open);
              onNode(pair.nodeId);
            }}
          >
            {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            <span>{name}</span>
            {rounds.length > 0 && <span className={classes.round}>{t("runs:trace.round", { number: rounds.join(".") })}</span>}
            {first && (
              <Badge size="xs" color="yellow" variant="light">
                {t("steps.first")}
              </Badge>
            )}
          </UnstyledButton>
        </Table.Th>
        <Table.Td>
          <Verdict pair={pair} />
        </Table.Td>
        {[a, b].map((step, index) => (
          <Table.Td key={index}>{step ? <StepState state={step.state} kept={step.kept} /> : <NotRun />}</Table.Td>
        ))}
        {numbers((step) => step.elapsedS, formats.seconds)}
        {numbers((step) => step.tokens, formats.tokens)}
        {numbers((step) => step.costUsd, formats.cost)}
      </Table.Tr>
      {open && (
        <Table.Tr id={id}>
          <Table.Td colSpan={7}>
            <Details pair={pair} />
            {differences.length === 0 && (
              <Text size="sm" c="dimmed">
                {t("steps.equal")}
              </Text>
            )}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function NotRun() {
  const { t } = useTranslation("compare");
  return (
    <Text span size="xs" c="dimmed">
      {t("steps.notRun")}
    </Text>
  );
}

function Verdict({ pair: { a, b, differences } }: { pair: StepPair }) {
  const { t } = useTranslation("compare");
  const same = differences.length === 0;
  const Icon = same ? IconEqual : IconEqualNot;
  const words = same
    ? t("steps.same")
    : !a || !b
      ? t(a ? "steps.onlyA" : "steps.onlyB")
      : t("steps.differs", { what: differences.map((one) => t(`difference.${one}`)).join(", ") });
  return (
    <span className={classes.verdict} data-same={same || undefined}>
      <Icon size={14} aria-hidden />
      <span>{words}</span>
    </span>
  );
}

/** The differing parts, each as a text with its changes. */
function Details({ pair: { a, b } }: { pair: StepPair }) {
  const { t } = useTranslation("compare");
  const texts = (of: (step: StepView) => string): [string, string] => [a ? of(a) : "", b ? of(b) : ""];
  const parts: [string, [string, string]][] = [
    ["error", texts((step) => (step.error ? `${step.error.code}: ${step.error.message}` : ""))],
    ["inputs", texts((step) => valuesText(step.inputs))],
    ["prompt", texts(promptText)],
    ["outputs", texts((step) => valuesText(step.outputs))],
  ];
  return (
    <Stack gap="sm">
      {parts
        .filter(([, [before, after]]) => before !== after)
        .map(([part, [before, after]]) => (
          <div key={part} className={classes.value}>
            <Text size="xs" fw={600} tt="none">
              {t(`difference.${part}`)}
            </Text>
            <TextDiff before={before} after={after} mode="words" label={t(`difference.${part}`)} />
          </div>
        ))}
    </Stack>
  );
}

/** Each value under its name, texts as they are: JSON would hide their lines. */
function valuesText(values: Record<string, unknown>): string {
  const entries = Object.entries(told(values));
  if (entries.length === 1) return stableText(entries[0]![1]);
  return entries.map(([name, value]) => `${name}:\n${stableText(value)}`).join("\n\n");
}
