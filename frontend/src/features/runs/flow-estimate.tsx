import { Text } from "@mantine/core";
import { Suspense, useContext } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { CanvasUiContext, createCanvasUi } from "@/features/canvas/canvas-ui";
import type { EstimateMark } from "@/features/canvas/card-marks";

const NONE = createCanvasUi();

/** What a run of this flow will likely take. */
export function FlowEstimate() {
  const estimate = useStore(useContext(CanvasUiContext) ?? NONE, (ui) => ui.flowEstimate);
  return <Suspense fallback={null}>{estimate && <Told estimate={estimate} />}</Suspense>;
}

function Told({ estimate }: { estimate: EstimateMark }) {
  const { t } = useTranslation("numbers");
  return (
    <Text size="xs" c="dimmed" title={estimate.why}>
      {t("whole.label")} {estimate.text}
    </Text>
  );
}
