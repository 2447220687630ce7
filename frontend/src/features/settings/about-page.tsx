import { Paper, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { PageHeader } from "@/components/page-header";
import { HealthList } from "@/features/auth/health-list";
import { setupQuery } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

const LibrariesTable = lazy(() => import("@/features/settings/libraries-table"));

export default function AboutPage() {
  const { t } = useTranslation("settings");
  const workspace = useWorkspace();
  const { data } = useQuery(setupQuery);
  return (
    <>
      <PageHeader title={t("about.title")} hint={t("about.hint")} />
      <Table withTableBorder maw="36rem" mb="xl" bg="var(--mantine-color-body)">
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">{t("about.version")}</Table.Th>
            <Table.Td>{data?.version ?? "…"}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th scope="row">{t("about.workspace")}</Table.Th>
            <Table.Td>{workspace.name}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th scope="row">{t("about.role")}</Table.Th>
            <Table.Td>{t(`role.${workspace.role}`)}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th scope="row">{t("about.licence")}</Table.Th>
            <Table.Td>{t("about.licenceName")}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Paper withBorder radius="md" p="lg" maw="36rem">
        <HealthList />
      </Paper>
      <Title order={2} size="h4" mt="xl">
        {t("libraries.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("libraries.hint")}
      </Text>
      <Suspense fallback={<Skeleton height={200} />}>
        <LibrariesTable />
      </Suspense>
    </>
  );
}
