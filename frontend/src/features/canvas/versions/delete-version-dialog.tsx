import { useTranslation } from "react-i18next";
import type { Id, Version } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useWorkspace } from "@/lib/use-workspace";
import { useVersionUpkeep } from "./data";
import { useVersionName } from "./use-version-name";

interface Props {
  appId: Id;
  version: Version;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a version goes. One that was run stays; the server says so. */
export function DeleteVersionDialog({ appId, version, onClose, onDeleted }: Props) {
  const { t } = useTranslation("versions");
  const nameOf = useVersionName();
  const { remove } = useVersionUpkeep(useWorkspace().id, appId);
  return (
    <ConfirmDialog
      title={t("deleteTitle", { name: nameOf(version) })}
      text={t("deleteText")}
      confirm={t("deleteConfirm")}
      error={remove.error}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(version.id, { onSuccess: onDeleted })}
      onClose={onClose}
    />
  );
}
