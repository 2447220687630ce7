import { ActionIcon, Tooltip } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, FlowDocument } from "@/api/types";
import { settingsOf } from "./settings";
import type { EditedSettings } from "./use-settings";

const VersionsDrawer = lazy(() => import("@/features/canvas/versions/versions-drawer"));

/** Opens the versions; what is brought back from one is an edit like any other, and can be undone. */
export function VersionsButton({ app, edited, canEdit }: { app: App; edited: EditedSettings; canEdit: boolean }) {
  const { t } = useTranslation("simple");
  const search = useSearch({ from: "/frame/app/$appId/canvas" });
  const [open, setOpen] = useState(search.panel === "versions");
  const draft = { model_config: edited.settings } as unknown as FlowDocument;
  return (
    <>
      <Tooltip label={t("versions")}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("versions")} onClick={() => setOpen(true)}>
          <IconHistory size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {open && (
        <Suspense fallback={null}>
          <VersionsDrawer
            app={app}
            draft={draft}
            initial={search.version}
            onRestore={canEdit ? (document) => edited.change(settingsOf(document)) : undefined}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
