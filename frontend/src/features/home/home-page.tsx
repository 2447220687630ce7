import { Group, Text, Title } from "@mantine/core";
import { IconFileImport, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { CardsSkeleton } from "@/components/cards-skeleton";
import { ErrorState } from "@/components/error-state";
import { AnchorLink, ButtonLink } from "@/components/links";
import cards from "@/components/list-card.module.css";
import { Page } from "@/components/page";
import { useDocumentTitle } from "@/components/page-header";
import { AppCard } from "@/features/apps/app-card";
import { appsQuery, appWeeksQuery } from "@/features/apps/app-queries";
import { TemplateShelf } from "@/features/apps/template-shelf";
import { ContinueLink } from "@/features/home/continue-link";
import classes from "@/features/home/home.module.css";
import { LastDay } from "@/features/home/last-day";
import { RecentKnowledge } from "@/features/home/recent-knowledge";
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
  // The ids of the whole page: the list of apps asks for the same, and so nothing twice.
  const { data: weeks } = useQuery(appWeeksQuery(workspace.id, data?.results.map((app) => app.id) ?? []));
  const mayEdit = workspace.can("app.edit");
  const used = recent.length > 0;
  useDocumentTitle(t("title"));

  const start = mayEdit && (
    <section aria-labelledby="start-title">
      <Group justify="space-between" mb="md">
        <Title order={used ? 2 : 1} size={used ? "h4" : "h2"} id="start-title">
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
      {!used && (
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
      {used && (
        <Group justify="space-between" mb="xl" gap="md">
          <Title order={1} size="h2">
            {t("recent.title", { name: me.name || me.email })}
          </Title>
          <ContinueLink />
        </Group>
      )}
      {isPending && <CardsSkeleton count={3} />}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && !used && start}
      {data && <SetupChecklist apps={data.results} />}
      {used && (
        <>
          <div className={classes.columns}>
            <LastDay />
            <RecentKnowledge />
          </div>
          <section aria-labelledby="recent-title">
            <Group justify="space-between" mb="sm">
              <Title order={2} size="h4" id="recent-title">
                {t("recent.apps")}
              </Title>
              <AnchorLink to="/apps" size="sm">
                {t("recent.all", { count: data?.total ?? 0 })}
              </AnchorLink>
            </Group>
            <div className={cards.cards}>
              {recent.map((app) => (
                <AppCard key={app.id} app={app} week={weeks && (weeks.find((week) => week.app_id === app.id) ?? null)} />
              ))}
            </div>
          </section>
          <div style={{ marginTop: "2.5rem" }}>{start}</div>
        </>
      )}
      {data && !used && !mayEdit && (
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
