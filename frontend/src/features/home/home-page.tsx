import { Group, Text, Title } from "@mantine/core";
import { IconFileImport, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { AnchorLink, ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { useDocumentTitle } from "@/components/page-header";
import { AppCard } from "@/features/apps/app-card";
import { appsQuery } from "@/features/apps/app-queries";
import cards from "@/features/apps/apps-page.module.css";
import { CardsSkeleton } from "@/components/cards-skeleton";
import { TemplateShelf } from "@/features/apps/template-shelf";
import { SetupChecklist } from "@/features/home/setup-checklist";
import { useMe } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

const RECENT = 6;
const TEMPLATES = 6;

export default function HomePage() {
  const { t } = useTranslation("home");
  const me = useMe();
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(appsQuery(workspace.id, {}));
  const recent = data?.results.slice(0, RECENT) ?? [];
  const mayEdit = workspace.can("app.edit");
  useDocumentTitle(t("title"));

  const start = mayEdit && (
    <section aria-labelledby="start-title">
      <Group justify="space-between" mb="md">
        <Title order={recent.length > 0 ? 2 : 1} size={recent.length > 0 ? "h3" : "h2"} id="start-title">
          {t("start.title")}
        </Title>
        <Group gap="xs">
          <ButtonLink to="/apps/new" search={{ tab: "import" }} variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
            {t("start.import")}
          </ButtonLink>
          <ButtonLink to="/apps/new" search={{ tab: "blank" }} variant="default" leftSection={<IconPlus size={16} aria-hidden />}>
            {t("start.blank")}
          </ButtonLink>
        </Group>
      </Group>
      {recent.length === 0 && (
        <Text c="dimmed" mb="md">
          {t("start.hint")}
        </Text>
      )}
      <TemplateShelf count={TEMPLATES} />
      <AnchorLink to="/apps/new" size="sm" mt="sm" display="inline-block">
        {t("start.all")}
      </AnchorLink>
    </section>
  );

  return (
    <Page>
      {isPending && <CardsSkeleton count={3} />}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && recent.length === 0 && start}
      {data && <SetupChecklist apps={data.results} />}
      {recent.length > 0 && (
        <section aria-labelledby="recent-title">
          <Group justify="space-between" mb="md">
            <Title order={1} size="h2" id="recent-title">
              {t("recent.title", { name: me.name || me.email })}
            </Title>
            <AnchorLink to="/apps" size="sm">
              {t("recent.all", { count: data?.total ?? 0 })}
            </AnchorLink>
          </Group>
          <div className={cards.cards}>
            {recent.map((app) => (
              <AppCard key={app.id} app={app} />
            ))}
          </div>
        </section>
      )}
      {recent.length > 0 && <div style={{ marginTop: "2.5rem" }}>{start}</div>}
      {data && recent.length === 0 && !mayEdit && (
        <>
          <Title order={1} size="h2">
            {t("title")}
          </Title>
          <Text c="dimmed">{t("viewer")}</Text>
        </>
      )}
    </Page>
  );
}
