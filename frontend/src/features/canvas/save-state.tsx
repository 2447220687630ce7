import { Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCloudOff, IconLoader2, IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Autosave } from "./autosave";
import classes from "./editor.module.css";
import { useFormats } from "./formats";
import { useEditor } from "./store";

const ICONS = {
  idle: IconCheck,
  saved: IconCheck,
  saving: IconLoader2,
  offline: IconCloudOff,
  failed: IconAlertTriangle,
  conflict: IconAlertTriangle,
  readOnly: IconLock,
};

/** Whether what is on the screen is safe on the server. */
export function SaveState({ autosave }: { autosave: Autosave | null }) {
  const { t } = useTranslation("canvas");
  const formats = useFormats();
  const readOnly = useEditor((state) => state.readOnly);
  const saveState = useEditor((state) => state.saveState);
  const savedAt = useEditor((state) => state.savedAt);
  const error = useEditor((state) => state.saveError);
  const shown = readOnly ? "readOnly" : saveState;
  const Icon = ICONS[shown];
  const safe = shown === "idle" || shown === "saved";
  const time = savedAt ? formats.time(savedAt) : "";
  return (
    <>
      <Tooltip
        label={error && shown === "failed" ? error.message : t(`save.${shown}Hint`, { time: savedAt ? formats.dateTime(savedAt) : "" })}
        multiline
        maw={320}
      >
        <span className={classes.save} data-state={shown} role="status">
          <Icon size={14} aria-hidden />
          {time && safe ? (
            <>
              <span className={classes.saveTime}>{t(`save.${shown}`, { time })}</span>
              <span className={classes.saveBrief}>{t("save.never")}</span>
            </>
          ) : (
            <span>{safe ? t("save.never") : t(`save.${shown}`)}</span>
          )}
        </span>
      </Tooltip>
      {shown === "failed" && (
        <Button size="compact-xs" variant="default" onClick={() => void autosave?.flush()}>
          {t("save.retry")}
        </Button>
      )}
    </>
  );
}
