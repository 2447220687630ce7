import { Menu } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keyName } from "@/lib/shortcuts";
import { type CanvasSettings, canvasSettings, useCanvasSettings } from "../canvas-settings";
import { useCommands } from "../commands-context";
import { useEditor } from "../store";

const WHEELS = ["guess", "mouse", "trackpad"] as const;

/** How this person uses the canvas on this device, and pictures of it. */
export function SettingsMenu({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  const { t } = useTranslation("canvas-more");
  const commands = useCommands();
  const wheel = useCanvasSettings((settings) => settings.wheel);
  const oneClick = useCanvasSettings((settings) => settings.oneClick);
  const anySelected = useEditor((state) => state.selection.nodes.length > 0);
  const set = (change: Partial<CanvasSettings>) => canvasSettings.setState(change);
  const picture = (selected: boolean, format: "png" | "svg") => (
    <Menu.Item
      key={`${selected}${format}`}
      leftSection={<IconPhoto size={16} aria-hidden />}
      onClick={() => void commands.exportPicture(format, selected)}
    >
      {`${t(selected ? "settings.pictureSelection" : "settings.picture")} (${format.toUpperCase()})`}
    </Menu.Item>
  );
  return (
    <Menu opened onClose={onClose} position="right-end" withinPortal trapFocus returnFocus width={280} closeOnItemClick>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label id="canvas-wheel">{t("settings.wheel")}</Menu.Label>
        <Menu.RadioGroup
          value={wheel}
          onChange={(value) => set({ wheel: value as CanvasSettings["wheel"] })}
          aria-labelledby="canvas-wheel"
        >
          {WHEELS.map((choice) => (
            <Menu.RadioItem key={choice} value={choice} closeMenuOnClick={false}>
              {t(`settings.${choice}`)}
              <span style={{ display: "block", fontSize: 12, color: "var(--mantine-color-dimmed)" }}>
                {t(`settings.${choice}Hint`, { mod: keyName("Mod") })}
              </span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.CheckboxItem checked={oneClick} onChange={(checked) => set({ oneClick: checked })} closeMenuOnClick={false}>
          {t("settings.oneClick")}
        </Menu.CheckboxItem>
        <Menu.Divider />
        {(["png", "svg"] as const).map((format) => picture(false, format))}
        {anySelected && (["png", "svg"] as const).map((format) => picture(true, format))}
      </Menu.Dropdown>
    </Menu>
  );
}
