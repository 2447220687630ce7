import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { NewFromBlank } from "@/features/apps/new-from-blank";
import { NewFromFile } from "@/features/apps/new-from-file";
import { NewFromTemplate } from "@/features/apps/new-from-template";

const TABS = ["template", "import", "blank"] as const;

export default function NewAppPage() {
  const { t } = useTranslation("apps");
  const search = useSearch({ from: "/frame/apps/new" });
  const navigate = useNavigate({ from: "/apps/new" });
  const tab = TABS.find((one) => one === search.tab) ?? "template";
  return (
    <Page>
      <PageHeader title={t("new.title")} hint={t("new.hint")} />
      <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value ?? undefined }, replace: true })} keepMounted={false}>
        <Tabs.List mb="lg">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`new.tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="template">
          <NewFromTemplate chosen={search.template} onChoose={(template) => void navigate({ search: { template }, replace: true })} />
        </Tabs.Panel>
        <Tabs.Panel value="import">
          <NewFromFile />
        </Tabs.Panel>
        <Tabs.Panel value="blank">
          <NewFromBlank />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
