import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/types";
import type { Autosave } from "./autosave";
import { restoreVersion } from "./data";
import { useEditorStore } from "./store";

/** Bring a version back as the draft. What is in the draft now is saved first, and undo brings it back. */
export function useRestore(autosave: Autosave | null, done: () => void) {
  const { t } = useTranslation("canvas");
  const store = useEditorStore();
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
  const ask = (version: Pick<Version, "id" | "number" | "name">): void => {
    const name = version.name || t("versions.number", { number: version.number });
    modals.openConfirmModal({
      title: t("versions.restoreTitle", { name }),
      children: t("versions.restoreText"),
      labels: { confirm: t("versions.restore"), cancel: t("action.cancel") },
      onConfirm: () => mutation.mutate(version.id),
    });
  };
  return { ...mutation, ask };
}
