import { Button, Group, Title } from "@mantine/core";
import { IconLayoutBoardSplit, IconSearch, IconSquareRoundedPlus } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../commands-context";
import { OutlineList } from "../outline/outline-list";
import { useEditor } from "../store";
import classes from "./step-list.module.css";

/** The flow as a table in place of its drawing: for the keyboard, for screen readers and for phones. */
export function StepList() {
  const { t } = useTranslation(["canvas-more", "canvas"]);
  const commands = useCommands();
  const readOnly = useEditor((state) => state.readOnly);
  const hasDocks = useEditor((state) => state.appId !== "");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = box.current?.querySelector<HTMLElement>("[data-row][tabindex='0']");
    const { activeElement } = document;
    // Not out of a field that somebody types in while the list opens.
    if (!activeElement || activeElement === document.body || activeElement.closest("[role=application], [role=toolbar], [data-node-id]"))
      row?.focus();
  }, []);
  return (
    <section ref={box} className={classes.list} aria-label={t("list.title")}>
      <Group justify="space-between" gap="xs" px="sm" py={8} className={classes.head}>
        <Title order={2} size="h5">
          {t("list.title")}
        </Title>
        <Group gap={6}>
          {!readOnly && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconSquareRoundedPlus size={16} aria-hidden />}
              onClick={() => commands.openPalette()}
            >
              {t("canvas:toolbar.add")}
            </Button>
          )}
          {hasDocks && (
            <Button size="xs" variant="default" leftSection={<IconSearch size={16} aria-hidden />} onClick={() => commands.search()}>
              {t("list.search")}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconLayoutBoardSplit size={16} aria-hidden />}
            onClick={() => commands.toggleList()}
          >
            {t("list.canvas")}
          </Button>
        </Group>
      </Group>
      <div className={classes.body}>
        <OutlineList wide />
      </div>
      <p className={classes.help}>{t(readOnly ? "list.helpReadOnly" : "list.help")}</p>
    </section>
  );
}
