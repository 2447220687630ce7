import { Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nodeTypesQuery } from "@/features/canvas/data";
import type { NodeType } from "@/api/types";
import type { StepView } from "@/features/canvas/run-reducer";
import { NodeIcon } from "@/features/canvas/node-icon";
import { useLatest } from "@/lib/use-latest";
import { useLocalized } from "@/lib/use-language";
import { StepDetail, StepFacts } from "./step-detail";
import classes from "./trace.module.css";

interface Props {
  trace: readonly StepView[];
  /** Run id of the chosen step; null: the failed one, else the last. */
  selected: string | null;
  onSelect(nodeRunId: string): void;
  onOpenNode?: (nodeId: string, field?: string) => void;
}

export function defaultStep(trace: readonly StepView[]): StepView | undefined {
  return trace.find((step) => step.state === "failed") ?? trace.at(-1);
}

/** The steps of a run, and all that is known of the chosen one. */
export function TraceList({ trace, selected, onSelect, onOpenNode }: Props) {
  const { t } = useTranslation("runs");
  const { data: types } = useQuery(nodeTypesQuery);
  const localized = useLocalized();
  const byType = useMemo(() => new Map(types?.map((type) => [type.type, type])), [types]);
  // The starts of containers have no title of their own, and their ids say nothing.
  const nameOf = (step: StepView) =>
    step.title && step.title !== step.nodeId ? step.title : localized(byType.get(step.nodeType)?.title) || step.nodeId;
  const step = trace.find((one) => one.nodeRunId === selected) ?? defaultStep(trace);
  const latest = useLatest(onSelect);
  const select = useCallback((id: string) => latest.current(id), [latest]);
  if (!step) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {t("trace.empty")}
      </Text>
    );
  }
  return (
    <div className={classes.split}>
      <ol className={classes.list} aria-label={t("trace.title")}>
        {trace.map((one) => (
          <TraceRow
            key={one.nodeRunId}
            step={one}
            name={nameOf(one)}
            group={byType.get(one.nodeType)?.group}
            selected={one === step}
            onSelect={select}
          />
        ))}
      </ol>
      <section className={classes.detail} aria-label={t("trace.detail", { node: nameOf(step) })}>
        <StepDetail key={step.nodeRunId} step={step} onOpenNode={onOpenNode} />
      </section>
    </div>
  );
}

interface RowProps {
  step: StepView;
  name: string;
  group: NodeType["group"] | undefined;
  selected: boolean;
  onSelect(nodeRunId: string): void;
}

/** A line of the trace; of a long one only the lines that changed are drawn again. */
const TraceRow = memo(function TraceRow({ step, name, group, selected, onSelect }: RowProps) {
  const { t } = useTranslation("runs");
  return (
    <li className={classes.item}>
      <UnstyledButton
        className={classes.row}
        aria-current={selected || undefined}
        data-selected={selected || undefined}
        onClick={() => onSelect(step.nodeRunId)}
      >
        <span className={classes.title} style={{ paddingInlineStart: step.path ? `${step.path.split("/").length}rem` : 0 }}>
          <NodeIcon type={step.nodeType} group={group} size={20} />
          <span className={classes.name}>{name}</span>
          {step.path && <span className={classes.round}>{t("trace.round", { number: Number(step.path.split(":").at(-1)) + 1 })}</span>}
        </span>
        <StepFacts step={step} />
      </UnstyledButton>
    </li>
  );
});
