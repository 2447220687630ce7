import { useTranslation } from "react-i18next";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";

export default function NewDatasetPage() {
  const { t } = useTranslation();
  return (
    <Page>
      <PageHeader title={t("nav.newKnowledge")} />
    </Page>
  );
}
