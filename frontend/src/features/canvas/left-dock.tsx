import { CloseButton, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Autosave } from "./autosave";
import { useCommands } from "./commands-context";
import classes from "./editor.module.css";
import { Palette } from "./palette";
import { useEditor, useEditorActions } from "./store";

interface Props {
  viewed: string | undefined;
  onView: (version: string | undefined, diff?: string) => void;
  autosave: Autosave | null;
}

const TITLES = { palette: "palette.title", outline: "outline.title", versions: "versions.title" } as const;
const DockVersions = lazy(() => import("./versions/dock-versions").then(({ DockVersions: component }) => ({ default: component })));
const Outline = lazy(() => import("./outline/outline").then(({ Outline: component }) => ({ default: component })));

/** The dock at the left: steps to add, the list of steps with its search, or the versions. */
export function LeftDock({ viewed, onView, autosave }: Props) {
  const { t } = useTranslation("canvas");
  const dock = useEditor((state) => state.leftDock);
  const actions = useEditorActions();
  const title = t(TITLES[dock ?? "palette"]);
  return (
    <aside className={classes.left} aria-label={title}>
      <div className={classes.leftHead}>
        <Title order={2} size="h5">
          {title}
        </Title>
        <CloseButton aria-label={t("dock.close")} onClick={() => actions.setLeftDock(null)} />
      </div>
      {dock === "palette" && <DockPalette />}
      {dock === "outline" && (
        <Suspense fallback={null}>
          <Outline />
        </Suspense>
      )}
      {dock === "versions" && (
        <Suspense fallback={null}>
          <DockVersions viewed={viewed} onView={onView} autosave={autosave} />
        </Suspense>
      )}
    </aside>
  );
}

function DockPalette() {
  const { t } = useTranslation("canvas");
  const actions = useEditorActions();
  const commands = useCommands();
  return (
    <>
      <div className={classes.leftBody}>
        <Palette
          draggable
          notes
          autoFocus
          onEscape={() => actions.setLeftDock(null)}
          onPick={(type) => commands.add(type, commands.placeForNew())}
        />
      </div>
      <Text size="xs" c="dimmed">
        {t("palette.dragHint")}
      </Text>
    </>
  );
}
