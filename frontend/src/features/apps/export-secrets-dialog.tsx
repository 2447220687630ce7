import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useExportApp } from "@/features/apps/app-mutations";

/** Asks before secrets leave in a file. */
export default function ExportSecretsDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation("apps");
  const exportApp = useExportApp();
  return (
    <ConfirmDialog
      title={t("secrets.title", { name: app.name })}
      text={t("secrets.text")}
      confirm={t("secrets.confirm")}
      error={exportApp.error}
      busy={exportApp.isPending}
      onConfirm={() => exportApp.mutate({ app, secrets: true }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
