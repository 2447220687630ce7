import { Avatar, Badge, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Member } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";
import { RelativeTime } from "@/components/relative-time";
import { membersQuery } from "@/features/settings/member-queries";
import { RolesMatrix } from "@/features/settings/roles-matrix";
import { useMe } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

const ROLES: readonly Member["role"][] = ["owner", "admin", "editor", "operator", "viewer"];

export default function MembersPage() {
  const { t } = useTranslation("settings");
  const workspace = useWorkspace();
  const me = useMe();
  const { data, error, isPending, refetch } = useQuery(membersQuery(workspace.id));
  return (
    <>
      <PageHeader title={t("members.title")} hint={t("members.hint")} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={96} />}
      {data && (
        <Table.ScrollContainer minWidth={480}>
          <Table verticalSpacing="sm" withTableBorder bg="var(--mantine-color-body)">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("members.person")}</Table.Th>
                <Table.Th>{t("members.role")}</Table.Th>
                <Table.Th>{t("members.seen")}</Table.Th>
                <Table.Th>{t("members.since")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((member) => (
                <Table.Tr key={member.id}>
                  <Table.Td>
                    <Group gap="sm" wrap="nowrap">
                      <Avatar name={member.name || member.email} color="tide" variant="filled" size={32} aria-hidden />
                      <div>
                        <Text size="sm" fw={600}>
                          {member.name || member.email}{" "}
                          {member.user_id === me.id && (
                            <Badge component="span" variant="default" tt="none">
                              {t("members.you")}
                            </Badge>
                          )}
                        </Text>
                        <Text size="xs" c="dimmed">
                          {member.email}
                        </Text>
                      </div>
                    </Group>
                  </Table.Td>
                  <Table.Td>{t(`role.${member.role}`)}</Table.Td>
                  <Table.Td>{member.last_login ? <RelativeTime value={member.last_login} /> : t("members.never")}</Table.Td>
                  <Table.Td>
                    <RelativeTime value={member.created_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Title order={2} size="h4" mt="xl" mb="sm">
        {t("roles.title")}
      </Title>
      <Table verticalSpacing="xs" withTableBorder bg="var(--mantine-color-body)">
        <Table.Tbody>
          {ROLES.map((role) => (
            <Table.Tr key={role}>
              <Table.Th scope="row" w="10rem">
                {t(`role.${role}`)}
              </Table.Th>
              <Table.Td>{t(`roleHint.${role}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Title order={2} size="h4" mt="xl" mb="sm">
        {t("roles.matrix")}
      </Title>
      <RolesMatrix />
    </>
  );
}
