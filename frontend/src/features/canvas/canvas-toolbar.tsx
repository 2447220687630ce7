import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconFlame,
  IconFocusCentered,
  IconHandStop,
  IconLayoutDashboard,
  IconListDetails,
  IconListTree,
  IconMap2,
  IconMinus,
  IconNote,
  IconPlus,
  IconPointer,
  IconSettings,
  IconSquareRoundedPlus,
} from "@tabler/icons-react";
import { useReactFlow, useStore } from "@xyflow/react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyName } from "@/lib/shortcuts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./canvas.module.css";
import { useCommands } from "./commands-context";
import { useEditor, useEditorActions } from "./store";

const selectZoom = (state: { transform: [number, number, number] }): number => Math.round(state.transform[2] * 100);

interface ToolProps {
  label: string;
  keys?: string;
  active?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, keys, active, onClick, children }: ToolProps) {
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label} position="right">
      <ActionIcon
        variant={active ? "light" : "subtle"}
        color={active ? undefined : "gray"}
        size="lg"
        aria-label={label}
        aria-pressed={active}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

const loadSettings = () => import("./late/settings-menu");
const SettingsMenu = lazy(() => loadSettings().then(({ SettingsMenu: component }) => ({ default: component })));

function SettingsTool() {
  const { t } = useTranslation("canvas");
  const [open, setOpen] = useState(false);
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={t("toolbar.settings")}
      title={t("toolbar.settings")}
      aria-haspopup="menu"
      aria-expanded={open}
      onClick={() => setOpen(!open)}
    >
      <IconSettings size={18} aria-hidden />
    </ActionIcon>
  );
  if (!open) return button;
  return (
    <Suspense fallback={button}>
      <SettingsMenu onClose={() => setOpen(false)}>{button}</SettingsMenu>
    </Suspense>
  );
}

/** The upright bar at the left edge of the canvas. */
export function CanvasToolbar() {
  const { t } = useTranslation("canvas");
  const readOnly = useEditor((state) => state.readOnly);
  // A canvas shown on its own, as of a run or a version, has no docks around it.
  const hasDocks = useEditor((state) => state.appId !== "");
  const dock = useEditor((state) => state.leftDock);
  const actions = useEditorActions();
  const ui = useCanvasUiStore();
  const tool = useCanvasUi((state) => state.tool);
  const minimap = useCanvasUi((state) => state.minimap);
  const heatBy = useCanvasUi((state) => state.heatBy);
  // A version that is only looked at has neither an app's runs nor one of its own.
  const hasNumbers = useEditor((state) => state.appId !== "" || state.run.trace.length > 0);
  const commands = useCommands();
  const flow = useReactFlow();
  const zoom = useStore(selectZoom);
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("toolbar.label")} aria-orientation="vertical">
      {!readOnly && (
        <>
          <Tool
            label={t("toolbar.add")}
            keys="N"
            active={dock === "palette"}
            onClick={() => actions.setLeftDock(dock === "palette" ? null : "palette")}
          >
            <IconSquareRoundedPlus size={20} aria-hidden />
          </Tool>
          <Tool label={t("toolbar.tidy")} keys="Shift+Alt+T" onClick={() => void commands.tidy()}>
            <IconLayoutDashboard size={18} aria-hidden />
          </Tool>
        </>
      )}
      {!readOnly && (
        <Tool label={t("toolbar.note")} keys="Shift+S" onClick={() => commands.addNote()}>
          <IconNote size={18} aria-hidden />
        </Tool>
      )}
      {hasDocks && (
        <Tool
          label={t("outline.title")}
          keys={`${keyName("Mod")}+F`}
          active={dock === "outline"}
          onClick={() => (dock === "outline" ? actions.setLeftDock(null) : commands.search())}
        >
          <IconListTree size={18} aria-hidden />
        </Tool>
      )}
      <Tool label={t("toolbar.list")} keys="Shift+L" onClick={() => commands.toggleList()}>
        <IconListDetails size={18} aria-hidden />
      </Tool>
      <Tool label={t("toolbar.hand")} keys="H" active={tool === "hand"} onClick={() => ui.setState({ tool: "hand" })}>
        <IconHandStop size={18} aria-hidden />
      </Tool>
      <Tool label={t("toolbar.pointer")} keys="V" active={tool === "pointer"} onClick={() => ui.setState({ tool: "pointer" })}>
        <IconPointer size={18} aria-hidden />
      </Tool>
      <Tool label={t("toolbar.minimap")} keys="M" active={minimap} onClick={() => ui.setState({ minimap: !minimap })}>
        <IconMap2 size={18} aria-hidden />
      </Tool>
      {hasNumbers && (
        <Tool
          label={t("toolbar.heat")}
          keys="Shift+H"
          active={heatBy !== null}
          onClick={() => ui.setState({ heatBy: heatBy === null ? "time" : null })}
        >
          <IconFlame size={18} aria-hidden />
        </Tool>
      )}
      <Tool label={t("toolbar.fit")} keys="1" onClick={() => commands.fit()}>
        <IconFocusCentered size={18} aria-hidden />
      </Tool>
      <Tool label={t("toolbar.zoomIn")} keys="+" onClick={() => void flow.zoomIn()}>
        <IconPlus size={18} aria-hidden />
      </Tool>
      <Tooltip label={t("toolbar.actualSize")} position="right">
        <button
          type="button"
          className={classes.zoom}
          aria-label={t("toolbar.zoomIs", { zoom })}
          onClick={() => void flow.zoomTo(1, { duration: 150 })}
        >
          {zoom}%
        </button>
      </Tooltip>
      <Tool label={t("toolbar.zoomOut")} keys="-" onClick={() => void flow.zoomOut()}>
        <IconMinus size={18} aria-hidden />
      </Tool>
      <SettingsTool />
    </div>
  );
}
