import { useTranslation } from "react-i18next";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";

export default function LogsPage() {
  const { t } = useTranslation("logs");
  return (
    <Page>
      <PageHeader title={t("title")} />
    </Page>
  );
}
