import { Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCloudOff, IconLoader2, IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "@/features/canvas/editor.module.css";
import { useFormats } from "@/features/canvas/formats";
import { useErrorText } from "@/lib/use-error-text";
import type { EditedSettings } from "./use-settings";

const ICONS = {
  saved: IconCheck,
  saving: IconLoader2,
  offline: IconCloudOff,
  failed: IconAlertTriangle,
  conflict: IconAlertTriangle,
  readOnly: IconLock,
};

/** Whether what is on the screen is safe on the server. */
export function SaveLine({ edited, readOnly }: { edited: EditedSettings; readOnly: boolean }) {
  const { t } = useTranslation("simple");
  const words = useErrorText();
  const formats = useFormats();
  const state = readOnly ? "readOnly" : edited.state;
  const Icon = ICONS[state];
  const hint =
    state === "saved" && edited.savedAt
      ? t("save.savedAt", { time: formats.dateTime(edited.savedAt) })
      : state === "failed"
        ? words(edited.error)
        : t(`save.${state}Hint`);
  return (
    <>
      <Tooltip label={hint} multiline maw={320}>
        <span className={classes.save} data-state={state} role="status">
          <Icon size={14} aria-hidden />
          <span>{t(`save.${state}`)}</span>
        </span>
      </Tooltip>
      {state === "failed" && (
        <Button size="compact-xs" variant="default" onClick={() => void edited.flush()}>
          {t("save.retry")}
        </Button>
      )}
    </>
  );
}
