import "@mantine/spotlight/styles.css";
import { Group, Kbd, useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionGroupData, spotlight } from "@mantine/spotlight";
import { IconBooks, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { AppIcon } from "@/components/app-icon";
import { appsQuery } from "@/features/apps/app-queries";
import { useSignOut } from "@/features/auth/use-sign-out";
import { datasetsQuery } from "@/features/knowledge/knowledge-queries";
import { LANGUAGES, setLanguage } from "@/i18n";
import { useCommandGroups } from "@/lib/commands";
import { keyName } from "@/lib/shortcuts";
import { useLanguage } from "@/lib/use-language";
import { useSaveMe } from "@/lib/use-save-me";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  onClose: () => void;
  onShortcuts: () => void;
}

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <Group gap={4} wrap="nowrap">
      {keys.map((key) => (
        <Kbd key={key} size="xs">
          {keyName(key)}
        </Kbd>
      ))}
    </Group>
  );
}

function useActionGroups(onShortcuts: () => void): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const language = useLanguage();
  const save = useSaveMe();
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const pages = useCommandGroups((state) => state.groups);
  const { data: apps } = useQuery(appsQuery(workspace.id, {}));
  const { data: datasets } = useQuery(datasetsQuery(workspace.id, {}));

  const go = (id: string, label: string, to: string, search?: Record<string, string>) => ({
    id,
    label,
    onClick: () => void navigate({ to, search }),
  });
  const otherLanguage = language === "en" ? "zh-Hans" : "en";
  const themes = (["light", "dark", "auto"] as const).map((theme) => ({
    id: `theme-${theme}`,
    label: t("command.theme", { theme: t(`theme.${theme}`) }),
    onClick: () => {
      setColorScheme(theme);
      save.mutate({ theme });
    },
  }));

  return [
    ...Object.entries(pages).map(([group, commands]) => ({
      group,
      actions: commands.map((command) => ({
        id: command.id,
        label: command.label,
        description: command.description,
        rightSection: command.keys ? <Keys keys={command.keys} /> : undefined,
        onClick: () => command.run(),
      })),
    })),
    {
      group: t("nav.apps"),
      actions: (apps?.results ?? []).map((app) => ({
        id: `app-${app.id}`,
        label: app.name,
        description: app.description || undefined,
        leftSection: <AppIcon app={app} size={26} />,
        onClick: () => void navigate({ to: "/app/$appId/canvas", params: { appId: app.id } }),
      })),
    },
    {
      group: t("nav.knowledge"),
      actions: (datasets?.results ?? []).map((dataset) => ({
        id: `dataset-${dataset.id}`,
        label: dataset.name,
        description: dataset.description || undefined,
        leftSection: <IconBooks size={20} aria-hidden />,
        onClick: () => void navigate({ to: "/knowledge/$datasetId/documents", params: { datasetId: dataset.id } }),
      })),
    },
    {
      group: t("command.create"),
      actions: workspace.can("app.edit")
        ? [
            go("new", t("command.newFromTemplate"), "/apps/new"),
            go("blank", t("command.newBlank"), "/apps/new", { tab: "blank" }),
            go("import", t("command.import"), "/apps/new", { tab: "import" }),
            ...(workspace.can("knowledge.edit") ? [go("new-knowledge", t("command.newKnowledge"), "/knowledge/new")] : []),
          ]
        : [],
    },
    {
      group: t("command.goTo"),
      actions: [
        go("home", t("nav.home"), "/"),
        go("apps", t("nav.apps"), "/apps"),
        go("knowledge", t("nav.knowledge"), "/knowledge"),
        go("models", t("crumb.models"), "/settings/models"),
        go("members", t("crumb.members"), "/settings/members"),
        go("tokens", t("crumb.tokens"), "/settings/tokens"),
        go("account", t("crumb.account"), "/settings/account"),
        go("about", t("crumb.about"), "/settings/about"),
      ],
    },
    {
      group: t("command.more"),
      actions: [
        { id: "shortcuts", label: t("shortcuts.title"), rightSection: <Keys keys={["?"]} />, onClick: onShortcuts },
        ...themes,
        {
          id: "language",
          label: t("command.language", { language: LANGUAGES[otherLanguage] }),
          onClick: () => {
            void setLanguage(otherLanguage);
            save.mutate({ language: otherLanguage });
          },
        },
        { id: "sign-out", label: t("account.signOut"), onClick: signOut },
      ],
    },
  ];
}

/** Everything one can go to or do, by typing. */
export default function CommandBar({ onClose, onShortcuts }: Props) {
  const { t } = useTranslation();
  const groups = useActionGroups(onShortcuts);
  useEffect(() => spotlight.open(), []);
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      shortcut={null}
      onSpotlightClose={onClose}
      nothingFound={t("command.nothing")}
      highlightQuery
      scrollable
      maxHeight="min(60vh, 28rem)"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t("command.placeholder"),
        "aria-label": t("command.open"),
      }}
      attributes={{ content: { "aria-label": t("command.open") } }}
    />
  );
}
