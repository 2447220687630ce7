import { Group, Tabs } from "@mantine/core";
import { Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { HeaderSlotTarget } from "@/components/header-slot";
import classes from "@/features/apps/app-layout.module.css";

export default function AppLayout() {
  const { t } = useTranslation("apps");
  const { appId } = useParams({ from: "/frame/app/$appId" });
  const navigate = useNavigate();
  const part = useLocation().pathname.split("/")[3] ?? "canvas";
  return (
    <div className={classes.layout}>
      <Group className={classes.header} gap="md" wrap="nowrap">
        <Tabs value={part} onChange={(value) => void navigate({ to: `/app/$appId/${value}` as "/app/$appId/canvas", params: { appId } })}>
          <Tabs.List>
            <Tabs.Tab value="canvas">{t("tab.canvas")}</Tabs.Tab>
            <Tabs.Tab value="runs">{t("tab.runs")}</Tabs.Tab>
            <Tabs.Tab value="publish">{t("tab.publish")}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        <HeaderSlotTarget className={classes.slot} />
      </Group>
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  );
}
