import { Group, Stack, Text } from "@mantine/core";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/features/canvas/formats";
import type { StepView } from "@/features/canvas/run-reducer";
import { ChangedVariables } from "./changed-variables";
import { FailureCard } from "./failure-card";
import { ForkOutputs } from "./fork-outputs";
import { JsonFold } from "./json-view";
import { SentRequest } from "./sent-request";
import { StepState } from "./step-state";
import { changesOf, restOfProcess, stdoutOf } from "./step-process";

interface Props {
  step: StepView;
  onOpenNode?: (nodeId: string, field?: string) => void;
}

/** All that is known of one execution of a node. */
export function StepDetail({ step, onOpenNode }: Props) {
  const { t } = useTranslation("runs");
  const rest = restOfProcess(step.process, step.error !== null);
  const stdout = stdoutOf(step);
  const streaming = step.state === "running" || step.state === "retrying";
  return (
    <Stack gap="xs">
      {step.error && (
        <FailureCard error={step.error} nodeId={step.nodeId} nodeTitle={step.title} handled={step.errorStrategy} onOpenNode={onOpenNode} />
      )}
      {step.retries.length > 0 && (
        <Text size="xs" c="var(--tm-warn)">
          {step.retries.map((retry) => t("step.retry", { attempt: retry.attempt, reason: retry.error?.message ?? "" })).join(" ")}
        </Text>
      )}
      {hasKeys(step.inputs) && <JsonFold title={t("step.inputs")} value={step.inputs} open />}
      <SentRequest process={step.process} open={step.error !== null} failed={step.error !== null} />
      {changesOf(step.process).length > 0 && (
        <Suspense fallback={null}>
          <ChangedVariables process={step.process} />
        </Suspense>
      )}
      {stdout && <JsonFold title={t("step.stdout")} value={stdout} open />}
      {step.reasoning && <JsonFold title={t("step.reasoning")} value={step.reasoning} />}
      {streaming && step.text && <JsonFold title={t("step.text")} value={step.text} open />}
      {hasKeys(step.outputs) && <JsonFold title={t("step.outputs")} value={step.outputs} open />}
      <ForkOutputs step={step} />
      {hasKeys(rest) && <JsonFold title={t("step.process")} value={rest} />}
    </Stack>
  );
}

/** State, time, tokens and cost in a line. */
export function StepFacts({ step }: { step: StepView }) {
  const { t } = useTranslation("runs");
  const formats = useFormats();
  return (
    <Group gap="xs" wrap="nowrap" component="span">
      <StepState state={step.state} kept={step.kept} />
      {step.elapsedS !== null && (
        <Text span size="xs" c="dimmed">
          {formats.seconds(step.elapsedS)}
        </Text>
      )}
      {step.tokens > 0 && (
        <Text span size="xs" c="dimmed">
          {t("tokens", { count: step.tokens, value: formats.tokens(step.tokens) })}
        </Text>
      )}
      {step.costUsd > 0 && (
        <Text span size="xs" c="dimmed">
          {formats.cost(step.costUsd)}
        </Text>
      )}
    </Group>
  );
}

const hasKeys = (value: Record<string, unknown>): boolean => Object.keys(value).length > 0;
