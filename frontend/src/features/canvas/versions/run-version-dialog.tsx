import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { AppMode, Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { checkValues, type FormValues, initialValues, startFields, toInputs } from "@/features/runs/input-fields";
import { InputsForm } from "@/features/runs/inputs-form";
import { readInputs } from "@/features/runs/test-inputs";
import { inputFields, isSimple, settingsOf } from "@/features/simple/settings";
import { useWorkspace } from "@/lib/use-workspace";
import { startVersionRun, type WholeVersion } from "./data";
import { useVersionName } from "./use-version-name";

interface Props {
  appId: Id;
  mode: AppMode;
  version: WholeVersion;
  onClose: () => void;
}

const CHATS = new Set<AppMode>(["advanced-chat", "chat", "agent-chat"]);

/** Ask for what a version needs, run it, and go to the run. What was typed for the draft is there to begin with. */
export function RunVersionDialog({ appId, mode, version, onClose }: Props) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useVersionName();
  const fields = isSimple(mode) ? inputFields(settingsOf(version.document)) : startFields(version.document);
  const chat = CHATS.has(mode);
  const kept = readInputs(appId);
  const [typed, setTyped] = useState<FormValues>(() => kept?.values ?? {});
  const [query, setQuery] = useState(() => kept?.query ?? "");
  const [tried, setTried] = useState(false);
  const values = initialValues(fields, typed);
  const errors = checkValues(fields, values);
  const silent = chat && !query.trim();
  const run = useMutation({
    mutationFn: () =>
      startVersionRun(workspace.id, appId, { version_id: version.id, inputs: toInputs(fields, values), ...(chat ? { query } : {}) }),
    onSuccess: (started) => {
      void client.invalidateQueries({ queryKey: keys.runs(workspace.id, appId) });
      void navigate({ to: "/app/$appId/runs/$runId", params: { appId, runId: started.id } });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!silent && Object.keys(errors).length === 0) run.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("run.title", { name: nameOf(version) })} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("run.hint")}
          </Text>
          <InputsForm
            fields={fields}
            values={values}
            errors={tried ? errors : {}}
            onChange={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
          />
          {chat && (
            <Textarea
              label={t("run.message")}
              withAsterisk
              autosize
              minRows={2}
              maxRows={8}
              value={query}
              error={tried && silent ? t("run.messageMissing") : undefined}
              onChange={(event) => setQuery(event.currentTarget.value)}
            />
          )}
          {fields.length === 0 && !chat && <Text size="sm">{t("run.noInputs")}</Text>}
          {run.error && <ErrorState error={run.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={run.isPending} leftSection={<IconPlayerPlay size={16} aria-hidden />}>
              {t("run.start")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
