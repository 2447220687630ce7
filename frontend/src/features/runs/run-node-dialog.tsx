import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, workspacePath } from "@/api/client";
import type { NodeNeeds } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { isOver } from "@/features/canvas/run-reducer";
import { useEditor, useEditorStore } from "@/features/canvas/store";
import { TypedValue } from "@/features/panel/widgets/typed-value";
import { fieldType, keyOf, missing, type Need, type NeedValues, toValues, valueOf } from "./node-needs";
import { PartFailure } from "./part-failure";
import { startPart, useParts } from "./run-parts";

/** «Run this node»: the form of the variables it uses, filled in from the last run. */
export function RunNodeDialog({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation("parts");
  const appId = useEditor((state) => state.appId);
  const title = useEditor((state) => state.document.graph.nodes.find((node) => node.id === nodeId)?.data.title ?? nodeId);
  const open = useParts((state) => state.alone?.appId === appId && state.alone.nodeId === nodeId);
  const close = () => useParts.setState({ alone: null, failure: null });
  return (
    <Modal opened={open} onClose={close} title={t("node.title", { node: title })} closeButtonProps={{ "aria-label": t("close") }}>
      {open && <Form nodeId={nodeId} onDone={close} />}
    </Modal>
  );
}

function Form({ nodeId, onDone }: { nodeId: string; onDone(): void }) {
  const { t } = useTranslation("parts");
  const editor = useEditorStore();
  const starting = useParts((state) => state.starting);
  const [{ appId, workspaceId, runId }] = useState(() => {
    const state = editor.getState();
    // A run of a single node has no values for others: the platform takes the app's latest whole run then.
    const whole = state.activeRunId && isOver(state.run) && useParts.getState().started?.run.id !== state.activeRunId;
    return { appId: state.appId, workspaceId: state.workspaceId, runId: whole ? state.activeRunId : null };
  });
  const needs = useQuery({
    queryKey: ["ws", workspaceId, "app", appId, "needs", nodeId, runId],
    queryFn: async () => {
      await editor.getState().saveNow();
      return api.get<NodeNeeds>(workspacePath(workspaceId, `/apps/${appId}/partial-runs/needs`), {
        query: { node_id: nodeId, ...(runId ? { run_id: runId } : {}) },
      });
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const [typed, setTyped] = useState<NeedValues>({});
  const [tried, setTried] = useState(false);
  if (needs.error) return <ErrorState error={needs.error} onRetry={() => void needs.refetch()} />;
  if (!needs.data) return <Skeleton height={120} aria-label={t("node.loading")} />;
  const list = needs.data.needs;
  const lacking = missing(list, typed);
  const start = async () => {
    setTried(true);
    if (lacking.length) return;
    const from = needs.data.run_id;
    const started = await startPart(editor, {
      kind: "node",
      node_id: nodeId,
      values: toValues(list, typed),
      ...(from ? { run_id: from } : {}),
    });
    if (started) onDone();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t(list.length === 0 ? "node.nothing" : needs.data.run_id ? "node.prefilled" : "node.fill")}
        </Text>
        {list.map((need) => (
          <Field
            key={keyOf(need)}
            need={need}
            value={valueOf(need, typed)}
            lacking={tried && lacking.includes(need)}
            onChange={(value) => setTyped((before) => ({ ...before, [keyOf(need)]: value }))}
          />
        ))}
        <PartFailure />
        <Group justify="flex-end">
          <Button type="submit" loading={starting} data-autofocus leftSection={<IconPlayerPlay size={16} aria-hidden />}>
            {t("node.run")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Field({ need, value, lacking, onChange }: { need: Need; value: unknown; lacking: boolean; onChange(value: unknown): void }) {
  const { t } = useTranslation("parts");
  const refused = useParts((state) => fieldError(state.failure?.error, need));
  const name = need.selector.slice(1).join(".");
  const label = need.source_title ? t("node.field", { source: need.source_title, name }) : name;
  if (need.omitted && value === undefined) {
    return (
      <Text size="xs">
        <strong>{label}</strong> {t("node.omitted")}
      </Text>
    );
  }
  return (
    <div>
      <TypedValue label={label} type={fieldType(need)} value={value} readOnly={false} onChange={onChange} />
      {(lacking || refused) && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {refused ?? t("node.missing")}
        </Text>
      )}
    </div>
  );
}

/** What the platform says of one value. */
function fieldError(error: unknown, need: Need): string | null {
  if (!(error instanceof ApiError)) return null;
  const fields = error.details.fields;
  const found = typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>)[`values.${keyOf(need)}`] : undefined;
  return typeof found === "string" ? found : Array.isArray(found) ? String(found[0]) : null;
}
