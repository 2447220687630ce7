import { Button, Group, Text } from "@mantine/core";
import { IconGitFork } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StepView } from "@/features/canvas/run-reducer";
import { JsonEditor } from "@/features/prompt/json-editor";
import { changedOutputs, readOutputs } from "./fork";
import { useRunAgain } from "./run-parts";

/** «Edit value and run from here»: the outputs of a step as JSON; what follows runs with the edited ones. */
export function ForkOutputs({ step }: { step: StepView }) {
  const { t } = useTranslation("parts");
  const again = useRunAgain();
  const [text, setText] = useState<string | null>(null);
  const before = JSON.stringify(step.outputs, null, 2);
  // Rounds of a container have no outputs of their own to go on from.
  if (!again || step.path !== "" || Object.keys(step.outputs).length === 0) return null;
  if (text === null) {
    return (
      <Button
        size="compact-xs"
        variant="default"
        w="fit-content"
        leftSection={<IconGitFork size={14} aria-hidden />}
        onClick={() => setText(before)}
      >
        {t("fork.open")}
      </Button>
    );
  }
  const edited = readOutputs(text);
  const changed = edited && changedOutputs(step.outputs, edited);
  return (
    <div role="group" aria-label={t("fork.title", { node: step.title })}>
      <Text size="xs" c="dimmed" pb={4}>
        {t("fork.hint")}
      </Text>
      <JsonEditor label={t("fork.title", { node: step.title })} value={text} invalid={edited === null} onChange={setText} />
      {edited === null && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {t("fork.invalid")}
        </Text>
      )}
      <Group gap="xs" mt="xs">
        <Button
          size="compact-sm"
          loading={again.starting}
          disabled={!changed || Object.keys(changed).length === 0}
          onClick={() => changed && again.fork(step.nodeId, changed)}
        >
          {t("fork.run")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setText(null)}>
          {t("fork.cancel")}
        </Button>
      </Group>
    </div>
  );
}
