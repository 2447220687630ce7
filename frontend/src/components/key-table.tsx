import { ActionIcon, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "@/api/types";
import { RelativeTime } from "@/components/relative-time";

interface Props {
  keys: readonly ApiKey[];
  label: string;
  onDelete?: (key: ApiKey) => void;
}

/** Keys by their last four letters: the rest is not kept anywhere. */
export function KeyTable({ keys, label, onDelete }: Props) {
  const { t } = useTranslation();
  const expires = keys.some((key) => key.expires_at);
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing="xs" withTableBorder bg="var(--mantine-color-body)" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("key.name")}</Table.Th>
            <Table.Th>{t("key.ends")}</Table.Th>
            <Table.Th>{t("key.created")}</Table.Th>
            <Table.Th>{t("key.lastUsed")}</Table.Th>
            {expires && <Table.Th>{t("key.expires")}</Table.Th>}
            {onDelete && (
              <Table.Th>
                <VisuallyHidden>{t("key.actions")}</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                {key.name || (
                  <Text span c="dimmed">
                    {t("key.noName")}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ff="monospace">{`${key.kind}-…${key.last4}`}</Table.Td>
              <Table.Td>
                <RelativeTime value={key.created_at} />
              </Table.Td>
              <Table.Td>{key.last_used_at ? <RelativeTime value={key.last_used_at} /> : t("key.never")}</Table.Td>
              {expires && <Table.Td>{key.expires_at ? <RelativeTime value={key.expires_at} /> : t("key.noExpiry")}</Table.Td>}
              {onDelete && (
                <Table.Td ta="end">
                  <Tooltip label={t("action.delete")}>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t("key.deleteOf", { name: key.name || key.last4 })}
                      onClick={() => onDelete(key)}
                    >
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  </Tooltip>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
