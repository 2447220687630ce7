import { ActionIcon, Menu, ScrollArea, Text, Tooltip } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "./formats";
import type { ActLabel } from "./history";
import { type EditorState, useEditor, useEditorActions } from "./store";

const SHOWN = 50;
const selectHistory = (state: EditorState) => state.history;

export function useActLabel(): (label: ActLabel) => string {
  const { t } = useTranslation("canvas");
  return (label) => ("text" in label ? label.text : t(`history.act.${label.key}`, label.params));
}

/** Every act since the editor was opened; choosing one goes back or forward to it. */
export function HistoryMenu() {
  const { t } = useTranslation("canvas");
  const { past, future } = useEditor(selectHistory);
  const { travel } = useEditorActions();
  const words = useActLabel();
  const formats = useFormats();
  const lines = [
    ...future.map((act, at) => ({ act, steps: at + 1, undone: true })).toReversed(),
    ...past.map((act, at) => ({ act, steps: at - past.length + 1, undone: false })).toReversed(),
  ].slice(0, SHOWN);
  return (
    <Menu position="bottom-end" width={300} withinPortal>
      <Menu.Target>
        <Tooltip label={t("history.list")}>
          <ActionIcon variant="subtle" color="gray" size="lg" w={22} miw={22} aria-label={t("history.list")}>
            <IconChevronDown size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("history.list")}</Menu.Label>
        {lines.length === 0 && <Menu.Item disabled>{t("history.empty")}</Menu.Item>}
        <ScrollArea.Autosize mah={320}>
          {lines.map(({ act, steps, undone }) => (
            <Menu.Item
              key={steps}
              c={undone ? "dimmed" : undefined}
              fw={steps === 0 ? 700 : undefined}
              aria-current={steps === 0 || undefined}
              onClick={() => steps !== 0 && travel(steps)}
              rightSection={
                <Text size="xs" c="dimmed">
                  {formats.time(new Date(act.at))}
                </Text>
              }
            >
              {undone ? t("history.undone", { act: words(act.label) }) : words(act.label)}
            </Menu.Item>
          ))}
          {past.length > 0 && <Menu.Item onClick={() => travel(-past.length)}>{t("history.start")}</Menu.Item>}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
