import { Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fileText, type ImportSource } from "@/features/apps/import-source";
import { ImportSteps } from "@/features/apps/import-steps";

/** Imports one dropped file and says what was understood. */
export default function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const [first] = useState((): Promise<ImportSource> => fileText(file).then((content) => ({ content })));
  return (
    <Modal opened onClose={onClose} size="xl" title={t("import.title", { name: file.name })}>
      <ImportSteps first={first} />
    </Modal>
  );
}
