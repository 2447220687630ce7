import { Alert, Badge, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "@/components/links";
import type { ImportResult } from "@/api/types";

const COLORS = { exact: "teal", adapted: "yellow", placeholder: "red" } as const;

/** What an import understood, node by node; the unremarkable ones are only counted. */
export function ImportReport({ result }: { result: ImportResult }) {
  const { t } = useTranslation("apps");
  const { app, report, problems } = result;
  const exact = report.filter((line) => line.status === "exact").length;
  const notable = report.filter((line) => line.status !== "exact");
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return (
    <Stack>
      <Alert color="teal" variant="light" icon={<IconCheck aria-hidden />} title={t("import.done", { name: app.name })}>
        {t("import.exact", { count: exact })}
      </Alert>
      {notable.length > 0 && (
        <List spacing="xs" listStyleType="none" aria-label={t("import.notable")}>
          {notable.map((line) => (
            <List.Item key={line.node_id}>
              <Group gap="xs" wrap="nowrap" align="flex-start">
                <Badge variant="light" color={COLORS[line.status]} tt="none" c="var(--mantine-color-text)">
                  {t(`import.status.${line.status}`)}
                </Badge>
                <div>
                  <Text size="sm" fw={600}>
                    {line.title}{" "}
                    <Text span size="xs" c="dimmed">
                      {line.type}
                    </Text>
                  </Text>
                  <Text size="sm" c="dimmed">
                    {line.message}
                  </Text>
                </div>
              </Group>
            </List.Item>
          ))}
        </List>
      )}
      {errors > 0 && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
          <Text size="sm">{t("import.problems", { count: errors })}</Text>
        </Alert>
      )}
      <Group justify="flex-end">
        <ButtonLink to="/app/$appId/canvas" params={{ appId: app.id }}>
          {t("import.open")}
        </ButtonLink>
      </Group>
    </Stack>
  );
}
