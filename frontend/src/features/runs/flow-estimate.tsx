import { Text } from "@mantine/core";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { CanvasUiContext, createCanvasUi } from "@/features/canvas/canvas-ui";

const NONE = createCanvasUi();

/** What a run of this flow will likely take. */
export function FlowEstimate() {
  const { t } = useTranslation("numbers");
  const estimate = useStore(useContext(CanvasUiContext) ?? NONE, (ui) => ui.flowEstimate);
  if (!estimate) return null;
  return (
    <Text size="xs" c="dimmed" title={estimate.why}>
      {t("whole.label")} {estimate.text}
    </Text>
  );
}
