import { Alert, Badge, Button, Code, Collapse, Group, Paper, Switch, Text } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential, Provider } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { RelativeTime } from "@/components/relative-time";
import { CredentialModels } from "@/features/models/credential-models";
import { useChangeCredential, useDeleteCredential } from "@/features/models/model-mutations";
import { ProviderMark } from "@/features/models/provider-mark";
import { TestProgress } from "@/features/models/test-progress";
import { TestFailure } from "@/features/models/test-failure";
import { useCredentialTest } from "@/features/models/use-credential-test";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  credential: Credential;
  provider: Provider | undefined;
  onEdit: () => void;
}

/** One key: whether it works, what it opens, and what can be done with it. */
export function CredentialCard({ credential, provider, onEdit }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const words = useErrorText();
  const change = useChangeCredential();
  const remove = useDeleteCredential();
  const test = useCredentialTest();
  const [open, setOpen] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const label = provider?.label ?? credential.provider;
  const state = !credential.enabled ? "off" : credential.last_error ? "error" : "ready";
  const color = { off: "gray", error: "red", ready: "teal" }[state];
  const enabledModels = credential.models.filter((model) => model.enabled).length;

  return (
    <Paper component="article" withBorder radius="md" p="md" aria-label={credential.name}>
      <Group wrap="nowrap" gap="md" align="flex-start">
        <ProviderMark label={label} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{credential.name}</Text>
            <Badge variant="light" color={color} c="var(--mantine-color-text)" tt="none">
              {t(`state.${state}`)}
            </Badge>
            {credential.hint && <Code>{credential.hint}</Code>}
          </Group>
          <Text size="sm" c="dimmed" truncate>
            {[label, credential.base_url].filter(Boolean).join(" · ")}
            {credential.tested_at && (
              <>
                {" · "}
                {t("card.tested")} <RelativeTime value={credential.tested_at} />
              </>
            )}
          </Text>
        </div>
        <Switch
          aria-label={t("card.enabled", { name: credential.name })}
          checked={change.isPending && change.variables.enabled !== undefined ? change.variables.enabled : credential.enabled}
          onChange={(event) => change.mutate({ id: credential.id, enabled: event.currentTarget.checked })}
        />
      </Group>
      {credential.last_error && credential.enabled && test.startedAt === null && !test.error && (
        <Alert color="red" variant="light" mt="sm" icon={<IconAlertTriangle aria-hidden />}>
          <Text size="sm" style={{ wordBreak: "break-word" }}>
            {credential.last_error}
          </Text>
        </Alert>
      )}
      {test.startedAt !== null && (
        <div style={{ marginTop: "0.75rem" }}>
          <TestProgress provider={label} since={test.startedAt} onCancel={test.cancel} />
        </div>
      )}
      {test.error !== null && provider && (
        <div style={{ marginTop: "0.75rem" }}>
          <TestFailure error={test.error} provider={provider} />
        </div>
      )}
      {test.result && (
        <Text size="sm" mt="xs" c="var(--tm-good)" role="status">
          {t("card.testedNow", { ms: Math.round(test.result.latency_ms) })}
        </Text>
      )}
      {change.error && (
        <Alert color="red" variant="light" mt="sm" role="alert">
          {words(change.error)}
        </Alert>
      )}
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant="default"
          leftSection={open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t("card.models", { count: enabledModels })}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={test.startedAt !== null}
          onClick={() => void test.start({ credential_id: credential.id })}
        >
          {t("card.test")}
        </Button>
        {provider && (
          <Button size="xs" variant="default" onClick={onEdit}>
            {t("common:action.edit")}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setDeleting(true)} c="var(--mantine-color-error)">
          {t("common:action.delete")}
        </Button>
      </Group>
      <Collapse expanded={open}>{open && <CredentialModels models={credential.models} />}</Collapse>
      {deleting && (
        <ConfirmDialog
          title={t("delete.title", { name: credential.name })}
          text={t("delete.text", { count: enabledModels })}
          confirm={t("common:action.delete")}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() => remove.mutate(credential.id, { onSuccess: () => setDeleting(false) })}
          onClose={() => setDeleting(false)}
        />
      )}
    </Paper>
  );
}
