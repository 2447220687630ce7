import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { DeleteByName } from "@/components/delete-by-name";
import { useDeleteApps } from "@/features/apps/app-mutations";

interface Props {
  apps: readonly App[];
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before apps go to the bin; what is published only goes when its name, or for several their number, is typed. */
export default function DeleteAppDialog({ apps, onClose, onDeleted }: Props) {
  const { t } = useTranslation("apps");
  const remove = useDeleteApps();
  const live = apps.filter((app) => app.published !== null);
  const [only] = apps;
  const one = apps.length === 1 && only;
  const name = one ? one.name : String(apps.length);
  const go = () =>
    remove.mutate(apps, {
      onSuccess: () => {
        onClose();
        onDeleted?.();
      },
    });
  return (
    <DeleteByName
      title={one ? t("delete.title", { name: one.name }) : t("delete.titleMany", { count: apps.length })}
      typeName={live.length > 0 ? name : null}
      error={remove.error}
      busy={remove.isPending}
      onDelete={go}
      onClose={onClose}
    >
      {!one && (
        <List size="sm">
          {apps.slice(0, 10).map((app) => (
            <List.Item key={app.id}>{app.published ? t("delete.isLive", { name: app.name }) : app.name}</List.Item>
          ))}
          {apps.length > 10 && <List.Item>{t("delete.more", { count: apps.length - 10 })}</List.Item>}
        </List>
      )}
      {live.length > 0 && <Text>{t("delete.live", { count: live.length })}</Text>}
      <Text>{t("delete.bin")}</Text>
    </DeleteByName>
  );
}
