import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Autosave } from "./autosave";
import classes from "./editor.module.css";
import { useFormats } from "./formats";
import { useEditor } from "./store";

interface Props {
  autosave: Autosave;
  showTheirs: boolean;
  onShowTheirs: (show: boolean) => void;
}

/** Someone else saved meanwhile: who and when, and what to do about it. Nothing is lost until a choice is made. */
export function ConflictBar({ autosave, showTheirs, onShowTheirs }: Props) {
  const { t } = useTranslation("canvas");
  const formats = useFormats();
  const conflict = useEditor((state) => state.conflict);
  if (!conflict) return null;
  const time = conflict.updatedAt ? formats.dateTime(new Date(conflict.updatedAt)) : "";
  const text = conflict.updatedBy
    ? t(time ? "conflict.byAt" : "conflict.by", { name: conflict.updatedBy, time })
    : t(time ? "conflict.at" : "conflict.unknown", { time });
  return (
    <div className={classes.bar} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <p>{text}</p>
      <Button size="xs" variant="default" onClick={() => onShowTheirs(!showTheirs)}>
        {t(showTheirs ? "conflict.hideTheirs" : "conflict.showTheirs")}
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          onShowTheirs(false);
          autosave.takeTheirs();
        }}
      >
        {t("conflict.takeTheirs")}
      </Button>
      <Button
        size="xs"
        onClick={() => {
          onShowTheirs(false);
          void autosave.keepMine();
        }}
      >
        {t("conflict.keepMine")}
      </Button>
    </div>
  );
}
