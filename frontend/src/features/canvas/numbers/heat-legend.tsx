import { Anchor, CloseButton, Group, Paper, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { IconFlame } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/lib/use-language";
import { useCanvasUi, useCanvasUiStore } from "../canvas-ui";
import type { HeatBy } from "../card-marks";
import { useCommands } from "../commands-context";
import { useFormats } from "../formats";
import { type EditorState, useEditor, useEditorActions, useEditorStore } from "../store";
import { nodeNumbersQuery } from "./data";
import { heatOf, type HeatWords, type Sums, sumsOfNumbers, sumsOfRun, type Unit } from "./heat";
import classes from "./heat-legend.module.css";

const selectDocument = (state: EditorState) => state.document;
const selectRun = (state: EditorState) => state.run;
const NAMED = 3;
const STEPS = [1, 2, 3, 4, 5];
const KINDS: readonly HeatBy[] = ["time", "cost", "errors"];

function useHeatWords(): HeatWords & { amount: (unit: Unit, amount: number) => string } {
  const { t } = useTranslation("numbers");
  const formats = useFormats();
  const language = useLanguage();
  return useMemo(() => {
    const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    const amount = (unit: Unit, value: number): string => {
      if (unit === "seconds") return formats.seconds(value);
      if (unit === "cost") return formats.cost(value);
      return unit === "tokens" ? t("tokens", { tokens: formats.tokens(Math.round(value)) }) : t("heat.failures", { count: value });
    };
    return {
      amount,
      label: (unit, value, share, executions) =>
        unit === "failures"
          ? t("heat.failed", { failures: value, count: executions })
          : `${percent.format(share)} · ${amount(unit, value / executions)}`,
    };
  }, [t, formats, language]);
}

/** Colours the cards, and says by what, over which runs, and where to look first. */
export function HeatLegend() {
  const { t } = useTranslation("numbers");
  const ui = useCanvasUiStore();
  const by = useCanvasUi((state) => state.heatBy) ?? "time";
  const words = useHeatWords();
  const document = useEditor(selectDocument);
  const { source, setSource, both, sums, runs, loading } = useSource();
  const heat = useMemo(() => heatOf(by, sums, document, words), [by, sums, document, words]);

  useEffect(() => ui.setState({ heat: heat.marks }), [ui, heat]);
  useEffect(() => () => ui.setState({ heat: null }), [ui]);

  return (
    <Paper className={classes.legend} role="group" aria-label={t("heat.title")}>
      <Group gap="xs" wrap="nowrap">
        <IconFlame size={16} aria-hidden />
        <SegmentedControl
          size="xs"
          aria-label={t("heat.by")}
          value={by}
          onChange={(next) => ui.setState({ heatBy: next as HeatBy })}
          data={KINDS.map((value) => ({ value, label: t(`heat.${value}`) }))}
        />
        {both && (
          <SegmentedControl
            size="xs"
            aria-label={t("heat.over")}
            value={source}
            onChange={(next) => setSource(next as "run" | "runs")}
            data={[
              { value: "run", label: t("heat.thisRun") },
              { value: "runs", label: t("heat.lastRuns") },
            ]}
          />
        )}
        <Tooltip label={t("heat.off")}>
          <CloseButton size="sm" aria-label={t("heat.off")} onClick={() => ui.setState({ heatBy: null })} />
        </Tooltip>
      </Group>
      {!loading && (
        <div role="status">
          <Text size="xs" c="dimmed">
            {runs === 0
              ? t("heat.noRuns")
              : [
                  source === "run" ? t("heat.ofRun") : t("heat.ofRuns", { count: runs }),
                  by === "errors" && heat.whole === 0
                    ? t("heat.noErrors")
                    : heat.whole === 0
                      ? t("heat.nothing")
                      : t(heat.unit === "tokens" ? "heat.wholeTokens" : "heat.whole", { amount: words.amount(heat.unit, heat.whole) }),
                ].join(" ")}
          </Text>
        </div>
      )}
      {heat.hottest.length > 0 && <Scale />}
      {heat.hottest.length > 0 && <Hottest ids={heat.hottest.slice(0, NAMED)} labels={heat.marks} />}
    </Paper>
  );
}

/** The run that is open, else the last ones of the app. */
function useSource() {
  const editor = useEditorStore();
  const { appId, workspaceId } = editor.getState();
  const run = useEditor(selectRun);
  const [chosen, setSource] = useState<"run" | "runs" | null>(null);
  const hasRun = run.trace.length > 0;
  const source = hasRun && (chosen !== "runs" || !appId) ? "run" : "runs";
  const numbers = useQuery({ ...nodeNumbersQuery(workspaceId, appId), enabled: appId !== "" });
  const sums: Sums = useMemo(() => {
    if (source === "run") return sumsOfRun(run);
    return numbers.data ? sumsOfNumbers(numbers.data) : new Map();
  }, [source, run, numbers.data]);
  const runs = source === "run" ? 1 : (numbers.data?.runs ?? 0);
  return { source, setSource, both: hasRun && appId !== "", sums, runs, loading: source === "runs" && numbers.isLoading };
}

function Scale() {
  const { t } = useTranslation("numbers");
  return (
    <div className={classes.scale} aria-hidden>
      <span>{t("heat.cool")}</span>
      {STEPS.map((step) => (
        <i key={step} data-heat={step} />
      ))}
      <span>{t("heat.hot")}</span>
    </div>
  );
}

/** The hottest by name: each leads to its card. */
function Hottest({ ids, labels }: { ids: string[]; labels: Readonly<Record<string, { label: string }>> }) {
  const document = useEditor(selectDocument);
  const actions = useEditorActions();
  const commands = useCommands();
  const titles = new Map(document.graph.nodes.map((node) => [node.id, node.data.title]));
  return (
    <ol className={classes.list}>
      {ids.map((id) => (
        <li key={id}>
          <Anchor
            component="button"
            type="button"
            size="xs"
            onClick={() => {
              actions.select({ nodes: [id] });
              commands.reveal(id);
            }}
          >
            {titles.get(id) || id}
          </Anchor>{" "}
          <Text span size="xs" c="dimmed">
            {labels[id]?.label}
          </Text>
        </li>
      ))}
    </ol>
  );
}
