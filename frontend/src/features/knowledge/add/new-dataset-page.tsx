import { useTranslation } from "react-i18next";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { AddWizard } from "@/features/knowledge/add/add-wizard";

export default function NewDatasetPage() {
  const { t } = useTranslation("knowledge-add");
  return (
    <Page width="86rem">
      <PageHeader title={t("new.title")} hint={t("new.hint")} />
      <AddWizard />
    </Page>
  );
}
