import { Modal, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { App } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { fetchDraft } from "@/features/canvas/data";
import { useWorkspace } from "@/lib/use-workspace";
import { PublishDialog } from "./publish-dialog";

/** Publishes the draft as it is saved, from where no editor holds it. */
export function PublishDraftDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const navigate = useNavigate();
  // Not the editor's copy: what is published is what is stored now.
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.draft(workspace.id, app.id), "publish"],
    queryFn: () => fetchDraft(workspace.id, app.id),
    staleTime: 0,
    gcTime: 0,
  });
  if (data) {
    const go = (node: string | null): void =>
      void navigate({ to: "/app/$appId/canvas", params: { appId: app.id }, search: node ? { node } : {} });
    return <PublishDialog app={app} draft={data.document} problems={data.problems} onGo={({ node_id: id }) => go(id)} onClose={onClose} />;
  }
  return (
    <Modal opened onClose={onClose} title={t("publish.title")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />}
    </Modal>
  );
}
