import { Button, Skeleton, Table, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { ConversationVariables, Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import { asText } from "./values";
import { ValueDetail } from "./value-detail";
import classes from "./variables.module.css";

interface Props {
  appId: Id;
  conversationId: Id;
  /** Changes when a turn has ended. */
  turn: string;
}

/** What a test conversation keeps: each variable, how the turns changed it, and what it holds now, which can be set. */
export function ConversationTable({ appId, conversationId, turn }: Props) {
  const { t } = useTranslation("variables");
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = workspacePath(workspace.id, `/apps/${appId}/conversations/${conversationId}/variables`);
  const queryKey = [...keys.runs(workspace.id, appId), "variables", conversationId, turn];
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => api.get<ConversationVariables>(path) });
  const [open, setOpen] = useState<string | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={80} m="sm" aria-label={t("loading")} />;
  if (data.variables.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {t("conversation.none")}
      </Text>
    );
  }
  const set = async (id: string, value: unknown) => {
    setRefused(null);
    try {
      client.setQueryData(queryKey, await api.put<ConversationVariables>(path, { id, value }));
    } catch (cause) {
      setRefused(cause);
    }
  };
  const chosen = data.variables.find((one) => one.id === open);
  return (
    <div className={classes.table}>
      <Table withRowBorders verticalSpacing={4} aria-label={t("conversation.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("conversation.variable")}</Table.Th>
            <Table.Th scope="col">{t("conversation.first")}</Table.Th>
            {data.turns.map((one, index) => (
              <Table.Th scope="col" key={one.run_id} title={one.query}>
                {t("conversation.turn", { number: index + 1 })}
              </Table.Th>
            ))}
            <Table.Th scope="col">{t("conversation.now")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.variables.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Th scope="row" title={one.description}>
                {one.name}
                <Text size="xs" c="dimmed" fw={400}>
                  {one.type}
                </Text>
              </Table.Th>
              <Table.Td>
                <span className={classes.cell}>{asText(one.default)}</span>
              </Table.Td>
              {data.turns.map(({ run_id, changes }) => (
                <Table.Td key={run_id}>
                  {one.name in changes ? (
                    <span className={classes.cell}>{asText(changes[one.name])}</span>
                  ) : (
                    <Text span size="xs" c="dimmed" aria-label={t("conversation.same")}>
                      ·
                    </Text>
                  )}
                </Table.Td>
              ))}
              <Table.Td>
                <span className={classes.cell}>{asText(one.value)}</span>
                {workspace.can("run.execute") && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-expanded={open === one.id}
                    aria-label={t("conversation.setOf", { name: one.name })}
                    onClick={() => setOpen(open === one.id ? null : one.id)}
                  >
                    {t("conversation.set")}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {refused !== null && <ErrorState error={refused} title={t("conversation.refused")} />}
      {chosen && (
        <ValueDetail
          key={chosen.id}
          title={chosen.name}
          name={chosen.name}
          value={chosen.value}
          edited={undefined}
          onEdit={(value) => void set(chosen.id, value)}
        />
      )}
    </div>
  );
}
