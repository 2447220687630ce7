import { Select, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type EditorState, shownRun, useEditor, useEditorActions } from "@/features/canvas/store";
import { StepDetail, StepFacts } from "@/features/runs/step-detail";
import { useNodeForm } from "./form/form-context";

const selectTrace = (state: EditorState) => shownRun(state).trace;

/** What this node did in the run that is open. */
export function LastRunTab() {
  const { t } = useTranslation("panel");
  const { node } = useNodeForm();
  const actions = useEditorActions();
  const trace = useEditor(selectTrace);
  const active = useEditor((state) => state.activeRunId);
  const steps = useMemo(() => trace.filter((step) => step.nodeId === node.id), [trace, node.id]);
  const [chosen, setChosen] = useState<string | null>(null);
  const step = steps.find((one) => one.nodeRunId === chosen) ?? steps.at(-1);
  if (!step) {
    return (
      <Text size="sm" c="dimmed">
        {t(active ? "lastRun.notReached" : "lastRun.none")}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {steps.length > 1 && (
        <Select
          size="xs"
          label={t("lastRun.execution")}
          allowDeselect={false}
          value={step.nodeRunId}
          data={steps.map((one, index) => ({
            value: one.nodeRunId,
            label: t("lastRun.number", { number: index + 1, total: steps.length }),
          }))}
          onChange={setChosen}
        />
      )}
      <StepFacts step={step} />
      <StepDetail step={step} onOpenNode={(id, field) => actions.focusField(id, field ?? null)} />
    </Stack>
  );
}
