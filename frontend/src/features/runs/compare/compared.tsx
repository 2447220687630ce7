import { Button, Group, SegmentedControl, Switch, Text, Title } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, RunDetail } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { FlowView } from "@/features/canvas/flow-view";
import { useRunView } from "../use-run-view";
import { firstDifference, marksOf, outputsOf, pairSteps, pairValues } from "./compare-runs";
import classes from "./compare.module.css";
import { FactsTable } from "./facts-table";
import { StepsTable } from "./steps-table";
import { useStepName } from "./use-step-name";
import { ValuesCompared } from "./values-compared";

interface Props {
  appId: Id;
  workspaceId: Id;
  a: RunDetail;
  b: RunDetail;
}

export function Compared({ appId, workspaceId, a, b }: Props) {
  const { t } = useTranslation("compare");
  const navigate = useNavigate({ from: "/app/$appId/runs/compare" });
  const { view: before } = useRunView(workspaceId, a);
  const { view: after } = useRunView(workspaceId, b);
  const pairs = useMemo(() => pairSteps(before.trace, after.trace), [before.trace, after.trace]);
  const first = firstDifference(pairs);
  const nameOf = useStepName();
  const inputs = pairValues({ ...(a.query && { query: a.query }), ...a.inputs }, { ...(b.query && { query: b.query }), ...b.inputs });
  const asked = inputs.some((value) => !value.same);
  const outputs = pairValues(outputsOf(before), outputsOf(after));
  const [node, setNode] = useState<string | null>(null);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Title order={1} size="h3">
          {t("title")}
        </Title>
        <Text c="dimmed" size="sm" role="status">
          {asked && t("otherInputs")} {first ? t("parts", { node: nameOf(first) }) : t(asked ? "sameSteps" : "same")}
        </Text>
        <Group gap="xs" className={classes.acts}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowsExchange size={14} aria-hidden />}
            onClick={() => void navigate({ search: { a: b.id, b: a.id }, replace: true })}
          >
            {t("swap")}
          </Button>
          <AnchorLink to="/app/$appId/runs" params={{ appId }} size="sm">
            {t("back")}
          </AnchorLink>
        </Group>
      </header>
      <div className={classes.top}>
        <section aria-label={t("facts.title")} className={classes.facts}>
          <FactsTable a={a} b={b} before={before} after={after} />
          <ValuesCompared title={t("inputs")} none={t("noInputs")} values={inputs} />
        </section>
        <Canvases a={a} b={b} views={{ a: before, b: after }} pairs={pairs} node={node ?? first?.nodeId ?? null} onNode={setNode} />
      </div>
      <ValuesCompared title={t("outputs")} none={t("noOutputs")} values={outputs} open />
      <StepsTable pairs={pairs} first={first?.key ?? null} node={node} onNode={setNode} nameOf={nameOf} />
    </div>
  );
}

interface CanvasesProps {
  a: RunDetail;
  b: RunDetail;
  views: { a: ReturnType<typeof useRunView>["view"]; b: ReturnType<typeof useRunView>["view"] };
  pairs: ReturnType<typeof pairSteps>;
  node: string | null;
  onNode(node: string | null): void;
}

/** The flow of one of the runs with what differs marked, and the node where they part selected. */
function Canvases({ a, b, views, pairs, node, onNode }: CanvasesProps) {
  const { t } = useTranslation("compare");
  const [side, setSide] = useState<"a" | "b">("b");
  const [onlyThose, setOnlyThose] = useState(false);
  const marks = useMemo(() => {
    const diff = marksOf(pairs, side);
    return { diff, lit: onlyThose ? new Set(Object.keys(diff)) : null };
  }, [pairs, side, onlyThose]);
  const run = side === "a" ? a : b;
  return (
    <section aria-label={t("canvas.title")} className={classes.canvas}>
      <div className={classes.canvasBar}>
        <SegmentedControl
          size="xs"
          aria-label={t("canvas.side")}
          value={side}
          onChange={(next) => setSide(next === "a" ? "a" : "b")}
          data={[
            { value: "a", label: t("canvas.of", { run: "A" }) },
            { value: "b", label: t("canvas.of", { run: "B" }) },
          ]}
        />
        <Text size="xs" c="dimmed" flex={1}>
          {t("canvas.legend")}
        </Text>
        <Switch size="xs" label={t("canvas.dim")} checked={onlyThose} onChange={(event) => setOnlyThose(event.currentTarget.checked)} />
      </div>
      <div className={classes.flow}>
        <FlowView
          key={side}
          document={run.document}
          mode={run.mode}
          runView={views[side]}
          marks={marks}
          selectedNodeId={node}
          revealNodeId={node}
          onSelectNode={onNode}
        />
      </div>
    </section>
  );
}
