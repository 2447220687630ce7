import { Skeleton, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { rolesQuery } from "@/features/settings/member-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** What each role may do, from the table of rights that the server asks. */
export function RolesMatrix() {
  const { t } = useTranslation("settings");
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(rolesQuery(workspace.id));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton height={240} />;
  // In the order of how many have them, so that the steps between roles are seen as steps.
  const held = (capability: string) => data.filter(({ capabilities }) => capabilities.includes(capability)).length;
  const all = [...new Set(data.flatMap(({ capabilities }) => capabilities))].sort((a, b) => held(b) - held(a));
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={{ tabIndex: 0 }}>
      <Table verticalSpacing="xs" withTableBorder bg="var(--mantine-color-body)">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("roles.may")}</Table.Th>
            {data.map(({ role }) => (
              <Table.Th key={role} ta="center" style={role === workspace.role ? { background: "var(--tm-selected)" } : undefined}>
                {t(`role.${role}`)}
                {role === workspace.role && (
                  <Text span size="xs" c="dimmed" display="block">
                    {t("members.you")}
                  </Text>
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {all.map((capability) => (
            <Table.Tr key={capability}>
              <Table.Th scope="row" fw={400}>
                {t(`can.${capability}`, { defaultValue: capability })}
              </Table.Th>
              {data.map(({ role, capabilities }) => {
                const may = capabilities.includes(capability);
                return (
                  <Table.Td key={role} ta="center" style={role === workspace.role ? { background: "var(--tm-selected)" } : undefined}>
                    {may ? <IconCheck size={16} color="var(--tm-good)" aria-hidden /> : <span aria-hidden>–</span>}
                    <VisuallyHidden>{may ? t("roles.yes") : t("roles.no")}</VisuallyHidden>
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
