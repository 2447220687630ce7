import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { datasetQuery } from "@/features/knowledge/knowledge-queries";
import { DangerPart } from "@/features/knowledge/settings/danger-part";
import { FieldsPart } from "@/features/knowledge/settings/fields-part";
import { GeneralPart } from "@/features/knowledge/settings/general-part";
import { IndexPart } from "@/features/knowledge/settings/index-part";
import { KeysPart } from "@/features/knowledge/settings/keys-part";
import { SearchPart } from "@/features/knowledge/settings/search-part";
import { UsedByPart } from "@/features/knowledge/settings/used-by-part";
import { useWorkspace } from "@/lib/use-workspace";

/** Everything about a dataset but its documents: what it is, how it is indexed and searched, and who reaches it. */
export default function SettingsPage() {
  const { t } = useTranslation("knowledge-settings");
  const { datasetId } = useParams({ from: "/frame/knowledge/$datasetId/settings" });
  const workspace = useWorkspace();
  const { data: dataset, error, refetch } = useQuery(datasetQuery(workspace.id, datasetId));
  if (error && !dataset) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!dataset) return <PageSkeleton />;
  const mayEdit = workspace.can("knowledge.edit");
  const props = { dataset, mayEdit };
  return (
    <Page width="56rem">
      <PageHeader title={t("title")} hint={mayEdit ? undefined : t("viewer")} />
      <Stack gap="lg" key={dataset.id}>
        <GeneralPart {...props} />
        <IndexPart {...props} />
        <SearchPart {...props} />
        <FieldsPart {...props} />
        <KeysPart {...props} />
        <UsedByPart dataset={dataset} />
        {mayEdit && <DangerPart dataset={dataset} />}
      </Stack>
    </Page>
  );
}
