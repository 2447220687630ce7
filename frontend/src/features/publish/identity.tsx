import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Site } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { NewKeyDialog } from "@/components/new-key-dialog";
import { Failure } from "@/features/publish/failure";
import { useIdentitySecret } from "@/features/publish/site-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** The secret with which a host page signs who its visitor is. */
export function Identity({ app, site }: { app: App; site: Site }) {
  const { t } = useTranslation(["publish", "common"]);
  const mayManage = useWorkspace().can("key.manage");
  const { renew, remove } = useIdentitySecret(app.id);
  const [shown, setShown] = useState<string | null>(null);
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const make = () =>
    renew.mutate(undefined, {
      onSuccess: ({ secret }) => {
        setAsking(null);
        setShown(secret);
      },
    });
  return (
    <div>
      <Text size="sm" fw={600}>
        {t("identity.title")}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {t(site.has_identity_secret ? "identity.set" : "identity.none")}
      </Text>
      {mayManage && (
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            loading={renew.isPending}
            onClick={() => (site.has_identity_secret ? setAsking("renew") : make())}
          >
            {t(site.has_identity_secret ? "identity.renew" : "identity.make")}
          </Button>
          {site.has_identity_secret && (
            <Button variant="subtle" size="xs" onClick={() => setAsking("remove")}>
              {t("identity.remove")}
            </Button>
          )}
        </Group>
      )}
      {!asking && <Failure error={renew.error} />}
      {asking && (
        <ConfirmDialog
          title={t(`identity.${asking}`)}
          text={t(`identity.${asking}Text`)}
          confirm={t(`identity.${asking}`)}
          error={asking === "renew" ? renew.error : remove.error}
          busy={renew.isPending || remove.isPending}
          onConfirm={() => (asking === "renew" ? make() : remove.mutate(undefined, { onSuccess: () => setAsking(null) }))}
          onClose={() => setAsking(null)}
        />
      )}
      {shown && <NewKeyDialog note={t("secretOnce")} title={t("identity.new")} value={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
