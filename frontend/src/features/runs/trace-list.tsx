import { Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nodeTypesQuery } from "@/features/canvas/data";
import type { StepView } from "@/features/canvas/run-reducer";
import { NodeIcon } from "@/features/canvas/node-icon";
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
          <li key={one.nodeRunId} className={classes.item}>
            <UnstyledButton
              className={classes.row}
              aria-current={one === step || undefined}
              data-selected={one === step || undefined}
              onClick={() => onSelect(one.nodeRunId)}
            >
              <span className={classes.title} style={{ paddingInlineStart: one.path ? `${one.path.split("/").length}rem` : 0 }}>
                <NodeIcon type={one.nodeType} group={byType.get(one.nodeType)?.group} size={20} />
                <span className={classes.name}>{nameOf(one)}</span>
                {one.path && <span className={classes.round}>{t("trace.round", { number: Number(one.path.split(":").at(-1)) + 1 })}</span>}
              </span>
              <StepFacts step={one} />
            </UnstyledButton>
          </li>
        ))}
      </ol>
      <section className={classes.detail} aria-label={t("trace.detail", { node: nameOf(step) })}>
        <StepDetail key={step.nodeRunId} step={step} onOpenNode={onOpenNode} />
      </section>
    </div>
  );
}
