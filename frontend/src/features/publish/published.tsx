import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { App, Version } from "@/api/types";
import { CopyField } from "@/components/copy-field";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { useWorkspace } from "@/lib/use-workspace";
import { bubbleCode } from "./embed";
import { apiBase } from "./examples";
import { siteQuery } from "./site-queries";

/** That a version is live, and the addresses at which it answers. */
export function Published({ version, app, onClose }: { version: Version; app: App; onClose: () => void }) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const { data: site, error, refetch } = useQuery(siteQuery(workspace.id, app.id));
  return (
    <Stack>
      <Group wrap="nowrap" align="flex-start" gap="xs">
        <IconCircleCheck size={22} color="var(--tm-good)" aria-hidden />
        <Text size="sm" role="status">
          {t("publish.done", { number: version.number })}
        </Text>
      </Group>
      {error && !site && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!site && !error && <Skeleton height={140} />}
      {site && (
        <Stack gap="sm">
          {site.enabled ? (
            <Group align="flex-end" gap="xs" wrap="nowrap">
              <div style={{ flex: "1 1 0" }}>
                <CopyField label={t("publish.page")} value={site.url} />
              </div>
              <Button
                component="a"
                href={site.url}
                target="_blank"
                rel="noopener"
                variant="default"
                leftSection={<IconExternalLink size={16} aria-hidden />}
              >
                {t("publish.openPage")}
              </Button>
            </Group>
          ) : (
            <Text size="sm">{t("publish.pageOff")}</Text>
          )}
          <CopyField label={t("publish.api")} value={apiBase()} />
          {site.origins.length > 0 ? (
            <CopyField
              label={t("publish.embed")}
              value={bubbleCode(site.embed.url, site.token, { position: "right", color: "", open: false })}
            />
          ) : (
            <Text size="sm" c="dimmed">
              {t("publish.embedOff")}
            </Text>
          )}
        </Stack>
      )}
      <Group justify="flex-end">
        <ButtonLink to="/app/$appId/runs" params={{ appId: app.id }} variant="default" onClick={onClose}>
          {t("publish.runs")}
        </ButtonLink>
        <ButtonLink to="/app/$appId/publish" params={{ appId: app.id }} variant="default" onClick={onClose}>
          {t("publish.all")}
        </ButtonLink>
        <Button onClick={onClose} data-autofocus>
          {t("publish.closeDone")}
        </Button>
      </Group>
    </Stack>
  );
}
