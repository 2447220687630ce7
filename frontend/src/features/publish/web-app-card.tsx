import { Button, Group, Skeleton, Switch } from "@mantine/core";
import { IconExternalLink, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Site } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { CopyField } from "@/components/copy-field";
import { ErrorState } from "@/components/error-state";
import { PublishCard } from "@/features/publish/card";
import { Failure } from "@/features/publish/failure";
import { QrCode } from "@/features/publish/qr-code";
import { SiteAccess } from "@/features/publish/site-access";
import { SiteLooks } from "@/features/publish/site-looks";
import { siteQuery, useRenewAddress, useSaveSite } from "@/features/publish/site-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** The app's own page: where it is, who may open it, how it looks. */
export function WebAppCard({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const mayPublish = workspace.can("app.publish");
  const { data: site, error, refetch } = useQuery(siteQuery(workspace.id, app.id));
  const save = useSaveSite(app.id);
  return (
    <PublishCard
      id="web"
      title={t("web.title")}
      hint={site ? t(stateOf(site)) : t("web.hint")}
      aside={
        site && (
          <Switch
            label={t("web.enabled")}
            checked={site.enabled}
            disabled={!mayPublish || save.isPending}
            onChange={(event) => save.mutate({ enabled: event.currentTarget.checked })}
          />
        )
      }
    >
      {error && !site && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!site && !error && <Skeleton height={160} />}
      {site && (
        <>
          <Failure error={save.error} />
          <Address app={app} site={site} />
          <SiteAccess app={app} site={site} />
          <SiteLooks app={app} site={site} />
        </>
      )}
    </PublishCard>
  );
}

function stateOf(site: Site): string {
  if (!site.enabled) return "web.off";
  return site.published ? "web.on" : "web.onUnpublished";
}

function Address({ app, site }: { app: App; site: Site }) {
  const { t } = useTranslation("publish");
  const mayPublish = useWorkspace().can("app.publish");
  const renew = useRenewAddress(app.id);
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Group align="flex-end" gap="xs">
        <div style={{ flex: "1 1 16rem" }}>
          <CopyField label={t("web.address")} value={site.url} />
        </div>
        <QrCode address={site.url} name={app.name} />
        <Button
          component="a"
          href={site.url}
          target="_blank"
          rel="noopener"
          variant="default"
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          {t("web.open")}
        </Button>
      </Group>
      {mayPublish && (
        <Button
          mt={4}
          size="compact-sm"
          variant="subtle"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {t("web.renew")}
        </Button>
      )}
      {asking && (
        <ConfirmDialog
          title={t("web.renewTitle")}
          text={t("web.renewText")}
          confirm={t("web.renew")}
          error={renew.error}
          busy={renew.isPending}
          onConfirm={() => renew.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
