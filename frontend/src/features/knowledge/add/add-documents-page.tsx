import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { AddWizard } from "@/features/knowledge/add/add-wizard";
import { datasetQuery } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

export default function AddDocumentsPage() {
  const { t } = useTranslation(["knowledge-add", "common"]);
  const { datasetId } = useParams({ from: "/frame/knowledge/$datasetId/add" });
  const { id: ws } = useWorkspace();
  const { data: dataset } = useQuery(datasetQuery(ws, datasetId));
  if (!dataset) return <PageSkeleton />;
  return (
    <Page width="86rem">
      <PageHeader title={t("common:crumb.add")} hint={t("add.hint", { name: dataset.name })} />
      <AddWizard dataset={dataset} />
    </Page>
  );
}
