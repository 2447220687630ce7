import { Badge, Button, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type EditorState, useEditor, useEditorStore } from "@/features/canvas/store";
import { shortValue } from "@/features/prompt/short-value";
import { startPart, useParts, useRunParts } from "@/features/runs/run-parts";
import { useNodeForm } from "../form/form-context";
import { conditionResults, type Outcome } from "./condition-results";
import { readCases } from "./conditions";

/** «Test with last values» of an if/else: runs the node alone with what the last run had. */
export function TestConditions() {
  const { t } = useTranslation("parts");
  const { node } = useNodeForm();
  const editor = useEditorStore();
  const parts = useRunParts();
  const starting = useParts((state) => state.starting);
  if (!parts.can("node", node.id)) return null;
  return (
    <Button
      variant="default"
      size="xs"
      w="fit-content"
      loading={starting}
      leftSection={<IconPlayerPlay size={14} aria-hidden />}
      onClick={() => void startPart(editor, { kind: "node", node_id: node.id })}
    >
      {t("test.last")}
    </Button>
  );
}

const selectTrace = (state: EditorState) => state.run.trace;

/** What the run that is open found of each condition. */
export function useConditionResults(): ReadonlyMap<string, Outcome> {
  const { node } = useNodeForm();
  const trace = useEditor(selectTrace);
  return useMemo(() => {
    const step = trace.findLast((one) => one.nodeId === node.id);
    return conditionResults(readCases(node.data), step?.process ?? {});
  }, [trace, node]);
}

/** Whether a condition held, with the value that was compared. */
export function ConditionOutcome({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation("parts");
  const Icon = outcome.held ? IconCheck : IconX;
  return (
    <Tooltip label={shortValue(outcome.actual ?? null, 200)} multiline maw={320}>
      <Badge
        size="sm"
        variant="default"
        tt="none"
        leftSection={<Icon size={12} aria-hidden color={outcome.held ? "var(--tm-good)" : "var(--tm-bad)"} />}
      >
        {t(outcome.held ? "test.true" : "test.false")}{" "}
        <Text span inherit c="dimmed">
          {t("test.actual", { value: shortValue(outcome.actual ?? null, 24) })}
        </Text>
      </Badge>
    </Tooltip>
  );
}
