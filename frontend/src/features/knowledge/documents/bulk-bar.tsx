import { Button, Group, Text } from "@mantine/core";
import { IconCut, IconDownload, IconListDetails, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { Dataset, KnowledgeDocument, Page } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { actionsFor, meantBy } from "@/features/knowledge/documents/actions";
import { ACTION_SIGNS } from "@/features/knowledge/documents/document-menu";
import classes from "@/features/knowledge/documents/documents.module.css";
import { useDownload } from "@/features/knowledge/documents/use-download";
import type { Selection } from "@/lib/use-selection";
import { useDocumentAction } from "@/features/knowledge/knowledge-mutations";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import type { DocumentsSearch } from "@/features/knowledge/knowledge-search";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const RecutDialog = lazy(() => import("@/features/knowledge/documents/recut-dialog"));
const MetadataDialog = lazy(() => import("@/features/knowledge/documents/metadata-dialog"));

const PER_REQUEST = 100;
const MOST = 1000;

interface Props {
  dataset: Dataset;
  selection: Selection<KnowledgeDocument>;
  page: Page<KnowledgeDocument>;
  search: DocumentsSearch;
}

/** What can be done with the documents that are ticked. */
export function BulkBar({ dataset, selection, page, search }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const words = useErrorText();
  const { id: ws } = useWorkspace();
  const act = useDocumentAction(dataset.id);
  const download = useDownload(dataset.id);
  const [dialog, setDialog] = useState<"recut" | "metadata" | "delete" | null>(null);
  const chosen = [...selection.chosen.values()];
  const chooseAll = useMutation({
    mutationFn: async () => {
      const { search: wanted, state, batch } = search;
      const found: KnowledgeDocument[] = [];
      for (let number = 1; (number - 1) * PER_REQUEST < Math.min(page.total, MOST); number += 1) {
        const query = { search: wanted, state, batch, page: number, limit: PER_REQUEST };
        const { results } = await api.get<Page<KnowledgeDocument>>(datasetPath(ws, dataset.id, "/documents"), { query });
        found.push(...results);
      }
      selection.choose(found, true);
    },
  });
  if (chosen.length === 0) return null;
  const close = () => setDialog(null);
  const closeAndClear = () => {
    close();
    selection.clear();
  };
  const open = chosen.filter(({ archived }) => !archived);
  const error = act.error ?? chooseAll.error;
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t("bulk.label")}>
      <Group gap="xs">
        <Text size="sm" fw={600} role="status">
          {t("bulk.chosen", { count: chosen.length })}
        </Text>
        {chosen.length < Math.min(page.total, MOST) && (
          <Button size="compact-sm" variant="subtle" loading={chooseAll.isPending} onClick={() => chooseAll.mutate()}>
            {t("bulk.all", { count: Math.min(page.total, MOST) })}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={selection.clear}>
          {t("bulk.none")}
        </Button>
      </Group>
      <Group gap="xs">
        {actionsFor(chosen).map((action) => {
          const Icon = ACTION_SIGNS[action];
          const meant = meantBy(action, chosen);
          return (
            <Button
              key={action}
              size="compact-sm"
              variant="default"
              leftSection={<Icon size={15} aria-hidden />}
              loading={act.isPending && act.variables.action === action}
              onClick={() => act.mutate({ action, ids: meant.map(({ id }) => id) })}
            >
              {t(`action.${action}`)}
            </Button>
          );
        })}
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCut size={15} aria-hidden />}
          disabled={open.length === 0}
          onClick={() => setDialog("recut")}
        >
          {t("action.recut")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconListDetails size={15} aria-hidden />}
          onClick={() => setDialog("metadata")}
        >
          {t("action.metadata")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          loading={download.isPending}
          onClick={() => download.mutate(chosen.filter(({ file_url }) => file_url))}
        >
          {t("action.download")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={15} aria-hidden />}
          disabled={open.length === 0}
          onClick={() => setDialog("delete")}
        >
          {t("common:action.delete")}
        </Button>
      </Group>
      {error && dialog === null && (
        <Text size="sm" c="var(--tm-bad)" role="alert" w="100%">
          {words(error)}
        </Text>
      )}
      {dialog === "delete" && (
        <ConfirmDialog
          title={t("bulk.deleteTitle", { count: open.length })}
          text={t(open.length < chosen.length ? "bulk.deleteKeeps" : "bulk.deleteText", { count: chosen.length - open.length })}
          confirm={t("common:action.delete")}
          error={act.error}
          busy={act.isPending}
          onConfirm={() => act.mutate({ action: "delete", ids: open.map(({ id }) => id) }, { onSuccess: closeAndClear })}
          onClose={close}
        />
      )}
      <Suspense fallback={null}>
        {dialog === "recut" && <RecutDialog dataset={dataset} documents={open} onClose={close} />}
        {dialog === "metadata" && <MetadataDialog dataset={dataset} documents={chosen} onClose={close} />}
      </Suspense>
    </div>
  );
}
