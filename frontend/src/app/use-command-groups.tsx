import { useMantineColorScheme } from "@mantine/core";
import type { SpotlightActionData, SpotlightActionGroupData } from "@mantine/spotlight";
import { IconBooks, IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Page, Run } from "@/api/types";
import { ShortcutKeys } from "@/app/shortcut-keys";
import { AppIcon } from "@/components/app-icon";
import { RelativeTime } from "@/components/relative-time";
import { appQuery } from "@/features/apps/app-queries";
import { isDrawn } from "@/features/apps/apps-search";
import { useSignOut } from "@/features/auth/use-sign-out";
import { LANGUAGES, setLanguage } from "@/i18n";
import { useCommandGroups } from "@/lib/commands";
import { useRecents } from "@/lib/recents";
import { useLanguage } from "@/lib/use-language";
import { useSaveMe } from "@/lib/use-save-me";
import { useWorkspace } from "@/lib/use-workspace";

const APP_PAGES = ["canvas", "runs", "logs", "annotations", "evals", "overview", "publish"] as const;
const SETTINGS = ["models", "members", "tokens", "account", "appearance", "about"] as const;
const RUNS = 5;

function useGo() {
  const navigate = useNavigate();
  return (id: string, label: string, to: string, more: Partial<SpotlightActionData> & { search?: Record<string, string> } = {}) => {
    const { search, ...rest } = more;
    return { id, label, onClick: () => void navigate({ to, search }), ...rest };
  };
}

/** The app that is open, its pages and its latest runs. */
function useOpenApp(): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const go = useGo();
  const [, first, id = ""] = useLocation().pathname.split("/");
  const open = first === "app" && id !== "";
  const { data: app } = useQuery({ ...appQuery(workspace.id, id), enabled: open });
  const query = { limit: RUNS };
  const { data: runs } = useQuery({
    queryKey: keys.runs(workspace.id, id, query),
    queryFn: ({ signal }) => api.get<Page<Run>>(workspace.path(`/apps/${id}/runs`), { query, signal }),
    enabled: open,
  });
  if (!open || !app) return [];
  const name = (part: (typeof APP_PAGES)[number]) => t(part === "canvas" && !isDrawn(app.mode) ? "nav.settings" : `crumb.${part}`);
  return [
    { group: app.name, actions: APP_PAGES.map((part) => go(`page-${part}`, name(part), `/app/${id}/${part}`)) },
    {
      group: t("command.runs"),
      actions: (runs?.results ?? []).map((run) =>
        go(
          `run-${run.id}`,
          t("command.run", { state: t(`runState.${run.state}`), query: run.query ?? "" }).trim(),
          `/app/${id}/runs/${run.id}`,
          {
            leftSection: <IconHistory size={18} aria-hidden />,
            rightSection: <RelativeTime value={run.created_at} />,
          },
        ),
      ),
    },
  ];
}

function useRecentGroup(): SpotlightActionGroupData {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const go = useGo();
  const here = useLocation().pathname;
  const recents = useRecents(workspace.id).filter(({ id }) => !here.includes(id));
  return {
    group: t("command.recent"),
    actions: recents.map(({ kind, id, title, to, part, look }) =>
      go(`recent-${kind}-${id}`, title, to, {
        description: t(`crumb.${part}`),
        leftSection: look ? <AppIcon app={look} size={26} /> : <IconBooks size={20} aria-hidden />,
      }),
    ),
  };
}

function useMore(onShortcuts: () => void): SpotlightActionGroupData {
  const { t } = useTranslation();
  const language = useLanguage();
  const save = useSaveMe();
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const other = language === "en" ? "zh-Hans" : "en";
  const themes = (["light", "dark", "auto"] as const).map((theme) => ({
    id: `theme-${theme}`,
    label: t("command.theme", { theme: t(`theme.${theme}`) }),
    onClick: () => {
      setColorScheme(theme);
      save.mutate({ theme });
    },
  }));
  return {
    group: t("command.more"),
    actions: [
      { id: "shortcuts", label: t("shortcuts.title"), rightSection: <ShortcutKeys keys={["?"]} />, onClick: onShortcuts },
      ...themes,
      {
        id: "language",
        label: t("command.language", { language: LANGUAGES[other] }),
        onClick: () => {
          void setLanguage(other);
          save.mutate({ language: other });
        },
      },
      { id: "sign-out", label: t("account.signOut"), onClick: signOut },
    ],
  };
}

/** What the command bar offers before anything is typed: what was open lately first, then what the page can do. */
export function useOfferedGroups(onShortcuts: () => void): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const go = useGo();
  const pages = useCommandGroups((state) => state.groups);
  const recent = useRecentGroup();
  const openApp = useOpenApp();
  const more = useMore(onShortcuts);
  const makes = [
    go("new", t("command.newFromTemplate"), "/apps/new"),
    go("blank", t("command.newBlank"), "/apps/new", { search: { tab: "blank" } }),
    go("import", t("command.import"), "/apps/new", { search: { tab: "import" } }),
    ...(workspace.can("knowledge.edit") ? [go("new-knowledge", t("command.newKnowledge"), "/knowledge/new")] : []),
  ];
  return [
    recent,
    ...Object.entries(pages).map(([group, commands]) => ({
      group,
      actions: commands.map(({ id, label, description, keys: shown, run }) => ({
        id,
        label,
        description,
        rightSection: shown ? <ShortcutKeys keys={shown} /> : undefined,
        onClick: () => run(),
      })),
    })),
    ...openApp,
    { group: t("command.create"), actions: workspace.can("app.edit") ? makes : [] },
    {
      group: t("command.goTo"),
      actions: [
        go("home", t("nav.home"), "/"),
        go("apps", t("nav.apps"), "/apps"),
        go("knowledge", t("nav.knowledge"), "/knowledge"),
        ...SETTINGS.map((part) => go(part, t(`crumb.${part}`), `/settings/${part}`, { description: t("nav.settings") })),
      ],
    },
    more,
  ];
}
