import { Alert, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportReportLine, ImportResult } from "@/api/types";
import { ButtonLink } from "@/components/links";
import { isDrawn } from "@/features/apps/apps-search";
import classes from "@/features/apps/import-report.module.css";
import { MissingThings } from "@/features/apps/missing-things";

const STATUSES = ["placeholder", "adapted", "exact"] as const;

/** What an import understood: what the workspace lacks, with something to put in its place, then step by step. */
export function ImportReport({ result, replaced = false }: { result: ImportResult; replaced?: boolean }) {
  const { t } = useTranslation("apps");
  const [missing, setMissing] = useState(result.missing);
  const { app, report, problems } = result;
  const titles = new Map(report.map((line) => [line.node_id, line.title || line.type]));
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const groups = STATUSES.map((status) => ({ status, lines: report.filter((line) => line.status === status) }));
  const drawn = isDrawn(app.mode);
  return (
    <Stack>
      <Alert
        color="teal"
        variant="light"
        role="status"
        icon={<IconCheck aria-hidden />}
        title={t(replaced ? "import.replaced" : "import.done", { name: app.name })}
      />
      {result.missing.length > 0 && <MissingThings appId={app.id} missing={missing} titles={titles} onChange={setMissing} />}
      {groups.map(
        ({ status, lines }) =>
          lines.length > 0 && (
            <details key={status} className={classes.group} open={status !== "exact"}>
              <summary>{t(`import.group.${status}`, { count: lines.length })}</summary>
              <Lines lines={lines} />
            </details>
          ),
      )}
      {errors > 0 && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
          <Text size="sm">{t("import.problems", { count: errors })}</Text>
        </Alert>
      )}
      <Group justify="flex-end">
        {/* An editor that is open behind this has the old draft: it starts afresh. */}
        <ButtonLink to="/app/$appId/canvas" params={{ appId: app.id }} reloadDocument={replaced}>
          {t(drawn ? "import.openCanvas" : "import.openSettings")}
        </ButtonLink>
      </Group>
    </Stack>
  );
}

function Lines({ lines }: { lines: readonly ImportReportLine[] }) {
  const { t, i18n } = useTranslation("apps");
  return (
    <List spacing="xs" listStyleType="none">
      {lines.map((line) => (
        <List.Item key={line.node_id}>
          <Text size="sm" fw={600} span>
            {line.node_id ? line.title || line.node_id : t("import.file")}{" "}
          </Text>
          {line.node_id && (
            <Text span size="xs" c="dimmed">
              {line.type}
            </Text>
          )}
          {line.notes.map((note) => (
            <Text key={note.code} size="sm" c="dimmed">
              {i18n.exists(`import.note.${note.code}`, { ns: "apps" }) ? t(`import.note.${note.code}`, note.params) : note.message}
            </Text>
          ))}
        </List.Item>
      ))}
    </List>
  );
}
