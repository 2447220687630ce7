import { Alert, Box, Button, Group, Paper, Progress, Select, Skeleton, Slider, Stack, Switch, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { AnnotationSettings } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { TryQuestion } from "@/features/insights/annotations/try-question";
import { useAnnotationSettings } from "@/features/insights/insights-mutations";
import { annotationSettingsQuery } from "@/features/insights/insights-queries";
import { modelsQuery } from "@/features/models/model-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** Whether the app answers from its annotations, how alike questions must be, and what that would match. */
export function ReplySettings({ appId }: { appId: string }) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(annotationSettingsQuery(workspace.id, appId));
  const embedded = data?.embedded;
  // The list tells of each question whether it is compared already.
  useEffect(() => {
    if (embedded !== undefined) void client.invalidateQueries({ queryKey: [...keys.annotations(workspace.id, appId), "list"] });
  }, [client, workspace.id, appId, embedded]);
  if (error && !data) {
    return (
      <Box mb="lg">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Box>
    );
  }
  if (!data) return <Skeleton height={96} mb="lg" />;
  return <Settings appId={appId} settings={data} />;
}

/** Before the first use no model is chosen: the server takes the standard one then. */
const UNSET = "";

function Settings({ appId, settings }: { appId: string; settings: AnnotationSettings }) {
  const { t } = useTranslation(["annotations", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const mayEdit = workspace.can("insights.edit");
  const save = useAnnotationSettings(appId);
  const { data: models } = useQuery(modelsQuery(workspace.id, "text-embedding"));
  const [threshold, setThreshold] = useState(settings.threshold);
  const [open, setOpen] = useState(false);
  const { enabled, embedding_provider, embedding_model } = settings;
  const change = (patch: Partial<AnnotationSettings>) =>
    save.mutate({ enabled, embedding_provider, embedding_model, threshold: settings.threshold, ...patch });
  const model = embedding_model ? `${embedding_provider}/${embedding_model}` : UNSET;
  const choices = (models ?? []).map((one) => ({ value: `${one.provider}/${one.name}`, label: `${one.name} · ${one.provider}` }));
  const known = choices.some(({ value }) => value === model) || model === UNSET;
  const left = settings.total - settings.embedded;
  return (
    <Paper component="section" withBorder radius="md" p="md" mb="lg" aria-labelledby="reply-title">
      <Group justify="space-between" align="flex-start" gap="xs">
        <div style={{ flex: "1 1 16rem" }}>
          <Title order={2} size="h5" id="reply-title">
            {t("reply.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {enabled ? t("reply.on", { threshold: settings.threshold.toFixed(2) }) : t("reply.off")}
          </Text>
        </div>
        <Group gap="md">
          <Button size="compact-sm" variant="subtle" aria-expanded={open} aria-controls="reply-details" onClick={() => setOpen(!open)}>
            {open ? t("reply.less") : t("reply.more")}
          </Button>
          <Switch
            label={t("reply.enabled")}
            checked={enabled}
            disabled={!mayEdit || save.isPending}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
        </Group>
      </Group>
      {save.error && (
        <Alert color="red" variant="light" mt="sm" role="alert">
          {words(save.error)}
        </Alert>
      )}
      {enabled && left > 0 && (
        <div role="status">
          <Text size="sm" mt="sm">
            {t("reply.embedding", { done: settings.embedded, total: settings.total })}
          </Text>
          <Progress value={(100 * settings.embedded) / settings.total} mt={4} aria-label={t("reply.progress")} />
        </div>
      )}
      {open && (
        <Stack id="reply-details" mt="md" gap="lg">
          <div>
            <Text size="sm" fw={500} id="threshold-label">
              {t("reply.threshold")}
            </Text>
            <Text size="xs" c="dimmed" mb="xs">
              {t("reply.thresholdHint")}
            </Text>
            <Slider
              thumbLabel={t("reply.threshold")}
              min={0.7}
              max={1}
              step={0.01}
              value={threshold}
              disabled={!mayEdit}
              label={(value) => value.toFixed(2)}
              marks={[0.7, 0.8, 0.9, 1].map((value) => ({ value, label: value.toFixed(1) }))}
              onChange={setThreshold}
              onChangeEnd={(value) => value !== settings.threshold && change({ threshold: value })}
              mb="lg"
              maw={480}
            />
          </div>
          <Select
            maw={480}
            label={t("reply.model")}
            description={t("reply.modelHint")}
            value={model}
            disabled={!mayEdit || save.isPending}
            allowDeselect={false}
            data={[
              ...(model === UNSET ? [{ value: UNSET, label: t("reply.standard") }] : []),
              ...choices,
              ...(known ? [] : [{ value: model, label: model }]),
            ]}
            onChange={(value) => {
              const [provider = "", ...name] = (value ?? UNSET).split("/");
              change({ embedding_provider: provider, embedding_model: name.join("/") });
            }}
          />
          {mayEdit && <TryQuestion appId={appId} threshold={threshold} />}
        </Stack>
      )}
    </Paper>
  );
}
