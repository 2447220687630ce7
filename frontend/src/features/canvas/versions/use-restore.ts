import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/types";
import type { Autosave } from "../autosave";
import { restoreVersion } from "../data";
import { useEditorStore } from "../store";
import { useVersionName } from "./use-version-name";

/** Bring a version back as the draft. What is in the draft now is saved first, and undo brings it back. */
export function useRestore(autosave: Autosave | null, done: () => void) {
  const { t } = useTranslation("versions");
  const store = useEditorStore();
  const nameOf = useVersionName();
  const mutation = useMutation({
    mutationFn: async (id: string) => {
      await autosave?.flush();
      const { workspaceId, appId, revision } = store.getState();
      return restoreVersion(workspaceId, appId, id, revision);
    },
    onSuccess: (draft) => {
      autosave?.replace(draft, { key: "restore" });
      done();
    },
  });
  const ask = (version: Version): void => {
    modals.openConfirmModal({
      title: t("restoreTitle", { name: nameOf(version) }),
      children: t("restoreText"),
      labels: { confirm: t("restore"), cancel: t("cancel") },
      onConfirm: () => mutation.mutate(version.id),
    });
  };
  return { ...mutation, ask };
}
