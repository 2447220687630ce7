import { Loader, Modal, Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { useImportApp } from "@/features/apps/app-mutations";
import { ImportReport } from "@/features/apps/import-report";

/** Imports one dropped file and says what was understood. */
export default function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const importApp = useImportApp();
  const { mutate } = importApp;
  const started = useRef<File | null>(null);
  useEffect(() => {
    if (started.current === file) return;
    started.current = file;
    void file.text().then((content) => mutate(content));
  }, [file, mutate]);
  return (
    <Modal opened onClose={onClose} size="lg" title={t("import.title", { name: file.name })}>
      {importApp.isPending && (
        <Group role="status">
          <Loader size="sm" aria-hidden />
          <Text>{t("import.reading")}</Text>
        </Group>
      )}
      {importApp.error && <ErrorState error={importApp.error} title={t("import.refused")} />}
      {importApp.data && <ImportReport result={importApp.data} />}
    </Modal>
  );
}
