import { Stack, Text } from "@mantine/core";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { HumanForm, Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import type { RunView } from "@/features/canvas/run-reducer";
import { useWorkspace } from "@/lib/use-workspace";
import { FormCard } from "./form-card";

/** `since` is the place in the log where the run paused: each pause has forms of its own. */
const formsQuery = (ws: Id, run: Id, since: number) =>
  queryOptions({
    queryKey: [...keys.run(ws, run), "forms", since],
    queryFn: () => api.get<HumanForm[]>(workspacePath(ws, `/runs/${run}/forms`)),
    staleTime: 0,
  });

interface Props {
  runId: Id;
  run: RunView;
  /** Leaves room for what stands below. */
  above?: boolean;
}

/** The forms that a run waits for, to be filled in here; nothing while it does not wait. */
export function WaitingForms({ runId, run, above = false }: Props) {
  return run.state === "paused" ? <Forms runId={runId} since={run.lastSeq} above={above} /> : null;
}

function Forms({ runId, since, above }: { runId: Id; since: number; above: boolean }) {
  const { t } = useTranslation("forms");
  const workspace = useWorkspace();
  const client = useQueryClient();
  const query = formsQuery(workspace.id, runId, since);
  const { data, error, refetch } = useQuery(query);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const waiting = (data ?? []).filter((form) => form.status === "waiting");
  const answer = async (form: HumanForm, action: string, inputs: Record<string, unknown>) => {
    try {
      await api.post(workspace.path(`/runs/${runId}/forms/${form.id}`), { action, inputs });
    } finally {
      await client.invalidateQueries({ queryKey: query.queryKey });
    }
  };
  if (waiting.length === 0) return null;
  return (
    <Stack gap="xs" p="sm" style={above ? { maxHeight: "50%", overflow: "auto", flexShrink: 0 } : undefined}>
      <Text size="sm" role="status">
        {t("waits", { count: waiting.length })}
      </Text>
      {waiting.map((form) => (
        <FormCard
          key={form.id}
          form={form}
          allowed={workspace.can("run.execute")}
          onAnswer={(action, inputs) => answer(form, action, inputs)}
        />
      ))}
    </Stack>
  );
}
