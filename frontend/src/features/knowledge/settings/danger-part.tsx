import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import DeleteDatasetDialog from "@/features/knowledge/datasets/delete-dataset-dialog";
import { Part } from "@/features/knowledge/settings/part";

/** The way to delete the dataset for good. */
export function DangerPart({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("knowledge-settings");
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  return (
    <Part title={t("danger.title")} hint={t("danger.hint")}>
      <Button color="red" variant="outline" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking(true)}>
        {t("danger.delete")}
      </Button>
      {asking && (
        <DeleteDatasetDialog dataset={dataset} onClose={() => setAsking(false)} onDeleted={() => void navigate({ to: "/knowledge" })} />
      )}
    </Part>
  );
}
