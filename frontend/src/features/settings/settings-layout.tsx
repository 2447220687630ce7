import { IconCpu, IconInfoCircle, IconKey, IconPalette, IconUser, IconUsers } from "@tabler/icons-react";
import { Outlet, useLocation } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { PlainLink } from "@/components/links";
import { PageSkeleton } from "@/components/page-skeleton";
import classes from "@/features/settings/settings-layout.module.css";
import { useWorkspace } from "@/lib/use-workspace";

const GROUPS = [
  {
    key: "workspace",
    parts: [
      { part: "models", to: "/settings/models", icon: IconCpu, needs: "model.read" },
      { part: "members", to: "/settings/members", icon: IconUsers, needs: "member.read" },
    ],
  },
  {
    key: "personal",
    parts: [
      { part: "account", to: "/settings/account", icon: IconUser, needs: null },
      { part: "appearance", to: "/settings/appearance", icon: IconPalette, needs: null },
      { part: "tokens", to: "/settings/tokens", icon: IconKey, needs: null },
      { part: "about", to: "/settings/about", icon: IconInfoCircle, needs: null },
    ],
  },
] as const;

export default function SettingsLayout() {
  const { t } = useTranslation(["settings", "common"]);
  const { pathname } = useLocation();
  const workspace = useWorkspace();
  return (
    <div className={classes.layout}>
      <nav className={classes.nav} aria-label={t("nav.label")}>
        {GROUPS.map((group) => (
          <div key={group.key} className={classes.group}>
            <p className={classes.groupName}>{group.key === "workspace" ? workspace.name : t("nav.personal")}</p>
            {group.parts
              .filter(({ needs }) => needs === null || workspace.can(needs))
              .map(({ part, to, icon: Icon }) => (
                <PlainLink key={part} to={to} className={classes.entry} aria-current={pathname === to ? "page" : undefined}>
                  <Icon size={17} stroke={1.7} aria-hidden />
                  {t(`common:crumb.${part}`)}
                </PlainLink>
              ))}
          </div>
        ))}
      </nav>
      <div className={classes.page}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
