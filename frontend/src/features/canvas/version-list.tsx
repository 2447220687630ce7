import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import type { Autosave } from "./autosave";
import { versionsQuery } from "./data";
import classes from "./editor.module.css";
import { useFormats } from "./formats";
import { useEditor } from "./store";
import { useRestore } from "./use-restore";

interface Props {
  viewed: string | undefined;
  onView: (version: string | undefined) => void;
  autosave: Autosave | null;
}

/** Published versions, newest first: look at one, or bring it back as the draft. */
export function VersionList({ viewed, onView, autosave }: Props) {
  const { t } = useTranslation("canvas");
  const formats = useFormats();
  const ws = useEditor((state) => state.workspaceId);
  const app = useEditor((state) => state.appId);
  const readOnly = useEditor((state) => state.readOnly);
  const { data, error, refetch } = useQuery(versionsQuery(ws, app));
  const restore = useRestore(autosave, () => onView(undefined));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={72} />;
  const named = data.filter((version) => version.number !== null);
  if (!named.length) {
    return (
      <Text size="sm" c="dimmed">
        {t("versions.empty")}
      </Text>
    );
  }
  return (
    <Stack gap={4} className={classes.leftBody} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {named.map((version) => (
        <li key={version.id} className={classes.version} data-viewed={viewed === version.id || undefined}>
          <Group gap={6} wrap="nowrap">
            <Text size="sm" fw={600} truncate>
              {version.name || t("versions.number", { number: version.number })}
            </Text>
            {version.live && (
              <Badge size="sm" variant="light">
                {t("versions.live")}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {t(version.created_by ? "versions.byAt" : "versions.at", {
              name: version.created_by,
              time: formats.dateTime(new Date(version.created_at)),
            })}
          </Text>
          {version.note && <Text size="sm">{version.note}</Text>}
          <Group gap={6} mt={2}>
            <Button
              size="compact-xs"
              variant="default"
              aria-pressed={viewed === version.id}
              onClick={() => onView(viewed === version.id ? undefined : version.id)}
            >
              {t(viewed === version.id ? "versions.back" : "versions.view")}
            </Button>
            {!readOnly && (
              <Button
                size="compact-xs"
                variant="default"
                loading={restore.isPending && restore.variables === version.id}
                onClick={() => restore.ask(version)}
              >
                {t("versions.restore")}
              </Button>
            )}
          </Group>
        </li>
      ))}
      {restore.error && <ErrorState error={restore.error} />}
    </Stack>
  );
}
