import { Alert, Badge, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { type StepView } from "@/features/canvas/run-reducer";
import { type EditorState, useEditor, useEditorStore } from "@/features/canvas/store";
import { useScope } from "@/features/prompt/scope-context";
import { JsonFold } from "@/features/runs/json-view";
import { startPart, useParts, useRunParts } from "@/features/runs/run-parts";
import { record, rowsOf, strings } from "../form/field-schema";
import { useNodeForm } from "../form/form-context";
import { PromptSize } from "../prompt-size";

const selectTrace = (state: EditorState) => state.run.trace;

/** Below a classifier or an extractor: how large its prompt is, and what it makes of a sentence. */
export function SentenceFoot() {
  return (
    <Stack gap="md">
      <PromptSize />
      <Suspense fallback={null}>
        <TestSentence />
      </Suspense>
    </Stack>
  );
}

/** Runs the step alone with a text that was typed, and shows what came out. */
function TestSentence() {
  const { t } = useTranslation("tests");
  const { node } = useNodeForm();
  const { lastValue } = useScope();
  const editor = useEditorStore();
  const parts = useRunParts();
  const starting = useParts((state) => state.starting);
  const selector = strings(node.data.query_variable_selector ?? node.data.query);
  const last = lastValue(selector);
  const [typed, setTyped] = useState<string | null>(null);
  const [tested, setTested] = useState<Id | null>(null);
  const [namespace, name] = selector;
  if (!parts.can("node", node.id)) return null;
  const sentence = typed ?? (typeof last === "string" ? last : "");
  const test = async () => {
    if (!namespace || !name || !sentence.trim()) return;
    const started = await startPart(editor, { kind: "node", node_id: node.id, values: { [namespace]: { [name]: sentence } } });
    setTested(started?.run.id ?? null);
  };
  return (
    <section aria-label={t("sentence.title")}>
      <Stack gap="xs">
        <Textarea
          label={t("sentence.title")}
          description={namespace ? t("sentence.hint") : t("sentence.noVariable")}
          placeholder={t("sentence.placeholder")}
          autosize
          minRows={2}
          maxRows={8}
          disabled={!namespace}
          value={sentence}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          loading={starting}
          disabled={!namespace || !sentence.trim()}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          onClick={() => void test()}
        >
          {t("sentence.run")}
        </Button>
        {tested && <Outcome runId={tested} nodeId={node.id} />}
      </Stack>
    </section>
  );
}

function Outcome({ runId, nodeId }: { runId: Id; nodeId: string }) {
  const { t } = useTranslation("tests");
  const active = useEditor((state) => state.activeRunId);
  const trace = useEditor(selectTrace);
  const step = active === runId ? trace.findLast((one) => one.nodeId === nodeId) : undefined;
  if (active !== runId) return null;
  return (
    <div role="status">
      {!step || step.state === "running" || step.state === "retrying" ? (
        <Text size="sm" c="dimmed">
          {t("sentence.running")}
        </Text>
      ) : step.error ? (
        <Alert color="red" p="xs">
          <Text size="sm">{step.error.message}</Text>
        </Alert>
      ) : (
        <Found step={step} />
      )}
    </div>
  );
}

function Found({ step }: { step: StepView }) {
  const { t } = useTranslation("tests");
  const { node } = useNodeForm();
  if (node.data.type === "question-classifier") {
    const names = rowsOf<{ name?: string }>(node.data.classes).map((row) => row.name ?? "");
    const chosen = typeof step.outputs.class_name === "string" ? step.outputs.class_name : "";
    return (
      <Stack gap={4}>
        <Group gap={6}>
          {names.filter(Boolean).map((one) => (
            <Badge key={one} tt="none" variant={one === chosen ? "filled" : "default"} aria-current={one === chosen || undefined}>
              {one}
            </Badge>
          ))}
        </Group>
        <Text size="sm">{t("sentence.chosen", { name: chosen })}</Text>
        <Text size="xs" c="dimmed">
          {t("sentence.confused")}
        </Text>
      </Stack>
    );
  }
  const { __usage: _usage, __is_success: success, __reason: reason, ...values } = record(step.outputs);
  return (
    <Stack gap={4}>
      {success === 0 && typeof reason === "string" && <Text size="sm">{t("sentence.notAll", { reason })}</Text>}
      <JsonFold title={t("sentence.found")} value={values} open />
    </Stack>
  );
}
