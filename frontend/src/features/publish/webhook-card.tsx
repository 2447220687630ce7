import { Button, Group, Skeleton, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Webhook } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorState } from "@/components/error-state";
import { NewKeyDialog } from "@/components/new-key-dialog";
import { PublishCard } from "@/features/publish/card";
import { Deliveries } from "@/features/publish/deliveries";
import { Failure } from "@/features/publish/failure";
import { useWebhook, webhookQuery } from "@/features/publish/site-queries";
import { fieldErrors } from "@/lib/field-errors";
import { useWorkspace } from "@/lib/use-workspace";

const SAMPLE = "https://example.com/tidemill";

/** Where the end of published runs is told. */
export function WebhookCard({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(webhookQuery(workspace.id, app.id));
  const { save } = useWebhook(app.id);
  return (
    <PublishCard
      id="webhook"
      title={t("webhook.title")}
      hint={t("webhook.hint")}
      aside={
        data?.url ? (
          <Switch
            label={t("webhook.enabled")}
            checked={data.enabled}
            disabled={!workspace.can("app.publish") || save.isPending}
            onChange={(event) => save.mutate({ url: data.url, enabled: event.currentTarget.checked })}
          />
        ) : null
      }
    >
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={64} />}
      <Failure error={save.error} />
      {data && <Settings app={app} webhook={data} />}
      {data?.url && <Deliveries app={app} />}
    </PublishCard>
  );
}

function Settings({ app, webhook }: { app: App; webhook: Webhook }) {
  const { t } = useTranslation(["publish", "common"]);
  const workspace = useWorkspace();
  const mayPublish = workspace.can("app.publish");
  const { save, renew, remove, test } = useWebhook(app.id);
  const [url, setUrl] = useState(webhook.url);
  const [secret, setSecret] = useState<string | null>(null);
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const fields = fieldErrors(save.error);
  const show = ({ secret: made }: Webhook) => {
    setAsking(null);
    setSecret(made);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ url: url.trim(), enabled: webhook.url ? webhook.enabled : true }, { onSuccess: show });
  };
  const withdraw = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        setAsking(null);
        setUrl("");
      },
    });
  return (
    <div>
      <form onSubmit={submit}>
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            label={t("webhook.url")}
            placeholder={SAMPLE}
            value={url}
            maxLength={2000}
            error={fields.url}
            readOnly={!mayPublish}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          {mayPublish && (
            <Button
              mt="1.5rem"
              type="submit"
              variant="default"
              disabled={!url.trim() || url.trim() === webhook.url}
              loading={save.isPending}
            >
              {t("common:action.save")}
            </Button>
          )}
        </Group>
      </form>
      {Object.keys(fields).length === 0 && <Failure error={save.error ?? test.error} />}
      {webhook.url && mayPublish && (
        <Group gap="xs" mt="xs">
          <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            {t("webhook.test")}
          </Button>
          {workspace.can("key.manage") && (
            <Button size="xs" variant="subtle" onClick={() => setAsking("renew")}>
              {t("webhook.renew")}
            </Button>
          )}
          <Button size="xs" variant="subtle" onClick={() => setAsking("remove")}>
            {t("webhook.remove")}
          </Button>
        </Group>
      )}
      {asking && (
        <ConfirmDialog
          title={t(`webhook.${asking}`)}
          text={t(`webhook.${asking}Text`)}
          confirm={t(`webhook.${asking}`)}
          error={asking === "renew" ? renew.error : remove.error}
          busy={renew.isPending || remove.isPending}
          onConfirm={() => (asking === "renew" ? renew.mutate(undefined, { onSuccess: show }) : withdraw())}
          onClose={() => setAsking(null)}
        />
      )}
      {secret && <NewKeyDialog note={t("secretOnce")} title={t("webhook.secret")} value={secret} onClose={() => setSecret(null)} />}
    </div>
  );
}
