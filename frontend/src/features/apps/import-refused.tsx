import { Button, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { Problem } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useProblemText } from "@/lib/use-problem-text";

/** Why a file was not imported, place by place; a flow that is only drawn wrong may come in all the same. */
export function ImportRefused({ error, busy, onMend }: { error: Error; busy: boolean; onMend: () => void }) {
  const { t } = useTranslation("apps");
  const words = useProblemText();
  const details = error instanceof ApiError ? (error.details as { problems?: Problem[]; mendable?: boolean } | undefined) : undefined;
  return (
    <Stack gap="sm">
      <ErrorState error={error} title={t("import.refused")} />
      {details?.problems && (
        <List size="sm" aria-label={t("import.wrong")}>
          {details.problems.map((problem) => (
            <List.Item key={`${problem.node_id}${problem.code}${problem.message}`}>
              {words(problem)} {problem.node_id && <code>{problem.node_id}</code>}
            </List.Item>
          ))}
        </List>
      )}
      {details?.mendable && (
        <>
          <Text size="sm" c="dimmed">
            {t("import.anywayHint")}
          </Text>
          <Button variant="default" loading={busy} onClick={onMend} style={{ alignSelf: "flex-start" }}>
            {t("import.anyway")}
          </Button>
        </>
      )}
    </Stack>
  );
}
