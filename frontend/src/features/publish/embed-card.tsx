import { Alert, Checkbox, Group, NativeSelect, Skeleton, Tabs, Text, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Site } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { PublishCard } from "@/features/publish/card";
import { CodeSample } from "@/features/publish/code-sample";
import { bubbleCode, type EmbedOptions, frameCode } from "@/features/publish/embed";
import { Identity } from "@/features/publish/identity";
import { Origins } from "@/features/publish/origins";
import { siteQuery } from "@/features/publish/site-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** The app's page in other sites: the code to put there, which sites may, and how they say who visits. */
export function EmbedCard({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const { data: site, error, refetch } = useQuery(siteQuery(workspace.id, app.id));
  return (
    <PublishCard id="embed" title={t("embed.title")} hint={t("embed.hint")}>
      {error && !site && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!site && !error && <Skeleton height={120} />}
      {site && (
        <>
          {site.origins.length === 0 && (
            <Alert color="yellow" variant="light" icon={<IconInfoCircle aria-hidden />}>
              {t("embed.nobody")}
            </Alert>
          )}
          {site.access === "members" && (
            <Alert color="yellow" variant="light" icon={<IconInfoCircle aria-hidden />}>
              {t("embed.membersOnly")}
            </Alert>
          )}
          <Code site={site} />
          <Origins app={app} site={site} />
          <Identity app={app} site={site} />
        </>
      )}
    </PublishCard>
  );
}

const KINDS = ["bubble", "frame"] as const;

function Code({ site }: { site: Site }) {
  const { t } = useTranslation("publish");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("bubble");
  const [options, setOptions] = useState<EmbedOptions>({ position: "right", color: site.texts.chat_color_theme, open: false });
  const set = (patch: Partial<EmbedOptions>) => setOptions((old) => ({ ...old, ...patch }));
  return (
    <Tabs value={kind} onChange={(value) => setKind(KINDS.find((one) => one === value) ?? kind)}>
      <Tabs.List mb="sm">
        {KINDS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t(`embed.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="bubble">
        <Text size="sm" c="dimmed" mb="sm">
          {t("embed.bubbleHint")}
        </Text>
        <Group gap="md" mb="sm" align="flex-end">
          <NativeSelect
            label={t("embed.position")}
            value={options.position}
            data={(["right", "left"] as const).map((value) => ({ value, label: t(`embed.position.${value}`) }))}
            onChange={(event) => set({ position: event.currentTarget.value === "left" ? "left" : "right" })}
          />
          <TextInput
            label={t("embed.color")}
            placeholder="#1B6F86"
            w={140}
            maxLength={7}
            value={options.color}
            onChange={(event) => set({ color: event.currentTarget.value.trim() })}
          />
          <Checkbox
            mb={8}
            label={t("embed.open")}
            checked={options.open}
            onChange={(event) => set({ open: event.currentTarget.checked })}
          />
        </Group>
        <CodeSample label={t("embed.bubble")} code={bubbleCode(site.embed.url, site.token, options)} />
        <Text size="sm" c="dimmed" mt="xs">
          {t("embed.more", { inputs: "data-inputs", identity: "data-identity", calls: "Tidemill.open(), close(), send(text)" })}
        </Text>
      </Tabs.Panel>
      <Tabs.Panel value="frame">
        <Text size="sm" c="dimmed" mb="sm">
          {t("embed.frameHint")}
        </Text>
        <CodeSample label={t("embed.frame")} code={frameCode(site.embed.frame_url, site.texts.title)} />
      </Tabs.Panel>
    </Tabs>
  );
}
