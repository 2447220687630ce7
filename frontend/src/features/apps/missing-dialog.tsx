import { Loader, Modal, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { App, MissingList } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { missingQuery } from "@/features/apps/app-queries";
import { MissingThings } from "@/features/apps/missing-things";
import { useFreshEditor } from "@/features/apps/use-fresh-editor";
import { useWorkspace } from "@/lib/use-workspace";

/** What an app lacks, also long after its import. */
export default function MissingDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation("apps");
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data, error, refetch, isFetchedAfterMount } = useQuery(missingQuery(workspace.id, app.id));
  const { close, markChanged } = useFreshEditor(onClose);
  return (
    <Modal opened onClose={close} size="lg" title={t("missing.title", { name: app.name })}>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !isFetchedAfterMount && <Loader size="sm" />}
      {data && isFetchedAfterMount && data.missing.length === 0 && <Text role="status">{t("missing.none")}</Text>}
      {data && isFetchedAfterMount && data.missing.length > 0 && (
        <MissingThings
          appId={app.id}
          missing={data.missing}
          onChange={(missing) => {
            markChanged();
            client.setQueryData<MissingList>(keys.missing(workspace.id, app.id), { missing });
          }}
        />
      )}
    </Modal>
  );
}
