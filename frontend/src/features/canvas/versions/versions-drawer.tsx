import { Button, Drawer, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, FlowDocument, Id, Version } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import { versionQuery } from "../data";
import type { FlowChange } from "./flow-diff";
import { withChangeUndone, withFieldUndone } from "./flow-restore";
import { useVersionName } from "./use-version-name";
import type { FieldChange } from "./value-diff";
import { SettingsView } from "./settings-view";
import { VersionList } from "./version-list";
import { Nothing, WhatChanged } from "./what-changed";

interface Props {
  app: App;
  draft: FlowDocument;
  /** The version that is shown first; none: the list. */
  initial?: Id;
  /** Takes an earlier document, or a part of it, into the draft; left out for who may not edit. */
  onRestore?: (document: FlowDocument) => void;
  onClose: () => void;
}

/** The versions of an app without a canvas: the list, then one of them with what differs from the draft. */
export default function VersionsDrawer({ app, draft, initial, onRestore, onClose }: Props) {
  const { t } = useTranslation("versions");
  const [viewed, setViewed] = useState<Id | undefined>(initial);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={t("title")}
      closeButtonProps={{ "aria-label": t("close") }}
      // The first Escape goes back to the list.
      closeOnEscape={!viewed}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !viewed || event.defaultPrevented) return;
        event.preventDefault();
        setViewed(undefined);
      }}
    >
      {viewed ? (
        <One app={app} id={viewed} draft={draft} onRestore={onRestore} onBack={() => setViewed(undefined)} />
      ) : (
        <VersionList
          appId={app.id}
          mode={app.mode}
          viewed={undefined}
          compares={false}
          onView={setViewed}
          restoring={null}
          restoreError={null}
        />
      )}
    </Drawer>
  );
}

function useAskToRestore(onRestore: Props["onRestore"]) {
  const { t } = useTranslation("versions");
  const nameOf = useVersionName();
  return (version: Version, document: FlowDocument): void => {
    modals.openConfirmModal({
      title: t("restoreTitle", { name: nameOf(version) }),
      children: t("restoreText"),
      labels: { confirm: t("restore"), cancel: t("cancel") },
      onConfirm: () => onRestore?.(document),
    });
  };
}

interface OneProps extends Pick<Props, "app" | "draft" | "onRestore"> {
  id: Id;
  onBack: () => void;
}

function One({ app, id, draft, onRestore, onBack }: OneProps) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const nameOf = useVersionName();
  const ask = useAskToRestore(onRestore);
  const { data, error, refetch } = useQuery(versionQuery(workspace.id, app.id, id));
  const undo = (before: FlowDocument, change: FlowChange, field?: FieldChange): void =>
    onRestore?.(field ? withFieldUndone(draft, change, field) : withChangeUndone(draft, before, change));
  return (
    <Stack>
      <Group justify="space-between">
        <Button size="compact-sm" variant="subtle" leftSection={<IconArrowLeft size={14} aria-hidden />} onClick={onBack} data-autofocus>
          {t("title")}
        </Button>
        {onRestore && data?.document && (
          <Button size="xs" variant="default" onClick={() => ask(data, data.document!)}>
            {t("restore")}
          </Button>
        )}
      </Group>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={200} />}
      {data?.document && (
        <>
          <Title order={3} size="h5">
            {nameOf(data)}
          </Title>
          {data.note && <Text size="sm">{data.note}</Text>}
          <section aria-labelledby="version-changes">
            <Title order={4} size="h6" mb={4} id="version-changes">
              {t("drawer.changes")}
            </Title>
            <WhatChanged
              appId={app.id}
              version={id}
              draft={draft}
              most={30}
              nothing={<Nothing>{t("drawer.same")}</Nothing>}
              onUndo={onRestore && undo}
            />
          </section>
          <section aria-labelledby="version-settings">
            <Title order={4} size="h6" mb={4} id="version-settings">
              {t("drawer.settings")}
            </Title>
            <SettingsView document={data.document} />
          </section>
        </>
      )}
    </Stack>
  );
}
