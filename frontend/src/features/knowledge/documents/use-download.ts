import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { Id, KnowledgeDocument } from "@/api/types";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** Browsers drop downloads that begin at the same moment. */
const BETWEEN_MS = 400;

/** Downloads the originals of documents; their addresses pass, so each is asked for anew. */
export function useDownload(dataset: Id) {
  const { t } = useTranslation();
  const words = useErrorText();
  const { id: ws } = useWorkspace();
  return useMutation({
    mutationFn: async (documents: readonly Pick<KnowledgeDocument, "id">[]) => {
      for (const [place, { id }] of documents.entries()) {
        if (place > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
        const { file_url: url, name } = await api.get<KnowledgeDocument>(datasetPath(ws, dataset, `/documents/${id}`));
        if (!url) continue;
        const link = document.createElement("a");
        link.href = url;
        link.download = name;
        link.click();
      }
    },
    onError: (error) => notifications.show({ color: "red", title: t("state.errorTitle"), message: words(error), autoClose: 12_000 }),
  });
}
