import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { Fragment, useEffect } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/app/frame.module.css";
import { PlainLink } from "@/components/links";
import { appQuery } from "@/features/apps/app-queries";
import { isDrawn } from "@/features/apps/apps-search";
import { datasetQuery, documentQuery } from "@/features/knowledge/knowledge-queries";
import { useRememberRecent } from "@/lib/recents";
import { useWorkspace } from "@/lib/use-workspace";

interface Crumb {
  label: string;
  to?: string;
}

const APP_PARTS = ["canvas", "runs", "logs", "annotations", "evals", "overview", "publish"] as const;
const DATASET_PARTS = ["documents", "add", "retrieval", "settings"] as const;
const SETTINGS_PARTS = ["models", "members", "tokens", "account", "appearance", "about"] as const;

function useCrumbs(): Crumb[] {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [, first = "", second, third, fourth] = useLocation().pathname.split("/");
  const appId = first === "app" ? second : undefined;
  const { data: app } = useQuery({ ...appQuery(workspace.id, appId ?? ""), enabled: Boolean(appId) });
  const datasetId = first === "knowledge" && second !== "new" ? second : undefined;
  const { data: dataset } = useQuery({ ...datasetQuery(workspace.id, datasetId ?? ""), enabled: Boolean(datasetId) });
  const documentId = datasetId && third === "documents" ? fourth : undefined;
  const { data: document } = useQuery({
    ...documentQuery(workspace.id, datasetId ?? "", documentId ?? ""),
    enabled: Boolean(documentId),
  });

  const remember = useRememberRecent();
  const part = APP_PARTS.find((one) => one === third) ?? DATASET_PARTS.find((one) => one === third) ?? "";
  useEffect(() => {
    if (app && part) {
      const { id, name, icon, icon_background, mode } = app;
      remember(workspace.id, { kind: "app", id, title: name, to: `/app/${id}/${part}`, part, look: { icon, icon_background, mode } });
    }
  }, [app, part, workspace.id, remember]);
  useEffect(() => {
    if (dataset && part) {
      const { id, name } = dataset;
      remember(workspace.id, { kind: "dataset", id, title: name, to: `/knowledge/${id}/${part}`, part });
    }
  }, [dataset, part, workspace.id, remember]);

  const crumbs: Crumb[] = [{ label: workspace.name, to: "/" }];
  if (first === "apps" || appId) crumbs.push({ label: t("nav.apps"), to: "/apps" });
  if (first === "apps" && second === "new") crumbs.push({ label: t("nav.newApp") });
  if (appId) {
    crumbs.push({ label: app?.name ?? "…", to: `/app/${appId}/canvas` });
    if (part) crumbs.push({ label: t(part === "canvas" && app && !isDrawn(app.mode) ? "crumb.settings" : `crumb.${part}`) });
  }
  if (first === "knowledge") {
    crumbs.push({ label: t("nav.knowledge"), to: "/knowledge" });
    if (second === "new") crumbs.push({ label: t("nav.newKnowledge") });
    if (datasetId) {
      crumbs.push({ label: dataset?.name ?? "…", to: `/knowledge/${datasetId}/documents` });
      if (part) crumbs.push({ label: t(`crumb.${part}`), to: `/knowledge/${datasetId}/${part}` });
      if (documentId) crumbs.push({ label: document?.name ?? "…" });
    }
  }
  if (first === "settings") {
    crumbs.push({ label: t("nav.settings"), to: "/settings" });
    const page = SETTINGS_PARTS.find((one) => one === second);
    if (page) crumbs.push({ label: t(`crumb.${page}`) });
  }
  return crumbs;
}

/** Where one is: workspace, app, part. The last stands for the page itself. */
export function Breadcrumb() {
  const { t } = useTranslation();
  const crumbs = useCrumbs();
  return (
    <nav aria-label={t("nav.breadcrumb")} className={classes.crumbs}>
      <ol>
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            <Fragment key={`${crumb.to}${crumb.label}`}>
              {index > 0 && (
                <li aria-hidden className={classes.crumbGap}>
                  /
                </li>
              )}
              <li className={classes.crumb} aria-current={last ? "page" : undefined}>
                {crumb.to && !last ? <PlainLink to={crumb.to}>{crumb.label}</PlainLink> : crumb.label}
              </li>
            </Fragment>
          );
        })}
      </ol>
    </nav>
  );
}
