import { ActionIcon, Badge, Button, Group, Menu, Skeleton, Text, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconArrowBackUp, IconDots, IconGitCompare, IconLink, IconPencil, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Id, Version, VersionChanges } from "@/api/types";
import { RelativeTime } from "@/components/relative-time";
import { useWorkspace } from "@/lib/use-workspace";
import { DRAFT } from "./use-comparison";
import { useSummary } from "./use-summary";
import { useVersionName } from "./use-version-name";
import classes from "./versions.module.css";

interface Props {
  version: Version;
  changes: VersionChanges | undefined;
  waiting: boolean;
  viewed: boolean;
  restoring: boolean;
  onView: (version: Id | undefined, diff?: Id | typeof DRAFT) => void;
  compares: boolean;
  onRestore?: (version: Version) => void;
  onAsk: (act: "edit" | "delete" | "run") => void;
}

/** One version: what it is called, who made it when, what it changed, and what can be done with it. */
export function VersionRow({ version, changes, waiting, viewed, restoring, onView, compares, onRestore, onAsk }: Props) {
  const { t } = useTranslation("versions");
  const nameOf = useVersionName();
  const summary = useSummary();
  return (
    <li className={classes.row} data-viewed={viewed || undefined}>
      <Group gap={6} wrap="nowrap">
        <Text size="sm" fw={600} truncate title={nameOf(version)} flex="0 1 auto">
          {nameOf(version)}
        </Text>
        {version.live && (
          <Badge size="sm" variant="light" color="teal" c="var(--mantine-color-text)" tt="none" flex="none">
            {t("live")}
          </Badge>
        )}
        {version.number === null && (
          <Badge size="sm" variant="light" color="gray" c="var(--mantine-color-text)" tt="none" flex="none">
            {t("kept")}
          </Badge>
        )}
        <RowMenu
          version={version}
          name={nameOf(version)}
          against={compares ? (changes?.against ?? null) : null}
          onView={onView}
          onRestore={onRestore}
          onAsk={onAsk}
        />
      </Group>
      <Text size="xs" c="dimmed" component="p">
        {version.created_by && `${version.created_by} · `}
        <RelativeTime value={version.created_at} />
      </Text>
      {version.note && <p>{version.note}</p>}
      {changes ? <p className={classes.summary}>{summary(changes)}</p> : waiting && <Skeleton height={14} my={2} />}
      <Group gap={6} mt={2}>
        <Button size="compact-xs" variant="default" aria-pressed={viewed} onClick={() => onView(viewed ? undefined : version.id)}>
          {t(viewed ? "back" : "view")}
        </Button>
        {compares && (
          <Button size="compact-xs" variant="default" onClick={() => onView(version.id, DRAFT)}>
            {t("compare")}
          </Button>
        )}
        {onRestore && (
          <Button size="compact-xs" variant="default" loading={restoring} onClick={() => onRestore(version)}>
            {t("restore")}
          </Button>
        )}
      </Group>
    </li>
  );
}

interface MenuProps extends Pick<Props, "version" | "onView" | "onRestore" | "onAsk"> {
  name: string;
  /** The version before it. */
  against: Id | null;
}

function RowMenu({ version, name, against, onView, onRestore, onAsk }: MenuProps) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const clipboard = useClipboard();
  const publishes = workspace.can("app.publish");
  const address = (): string => {
    const url = new URL(window.location.href);
    url.search = new URLSearchParams({ panel: "versions", version: version.id }).toString();
    return url.toString();
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={t("actions", { name })}>
          <ActionIcon variant="subtle" color="gray" size="sm" ml="auto" flex="none" aria-label={t("actions", { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {against && (
          <Menu.Item leftSection={<IconGitCompare size={14} aria-hidden />} onClick={() => onView(against, version.id)}>
            {t("compareBefore")}
          </Menu.Item>
        )}
        {workspace.can("run.execute") && (
          <Menu.Item leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => onAsk("run")}>
            {t("runThis")}
          </Menu.Item>
        )}
        {onRestore && (
          <Menu.Item leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={() => onRestore(version)}>
            {t("restoreThis")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLink size={14} aria-hidden />} closeMenuOnClick={false} onClick={() => clipboard.copy(address())}>
          {t(clipboard.copied ? "copied" : "copyLink")}
        </Menu.Item>
        {publishes && (
          <>
            <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} onClick={() => onAsk("edit")}>
              {t("edit")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              disabled={version.live}
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => onAsk("delete")}
            >
              {t("delete")}
              {version.live && (
                <Text size="xs" c="dimmed" maw={220}>
                  {t("deleteLive")}
                </Text>
              )}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
