import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Takes back what was just done, from a notice. */
export function UndoButton({ onUndo }: { onUndo: () => void }) {
  const { t } = useTranslation();
  return (
    <Button size="compact-sm" variant="default" mt={4} onClick={onUndo}>
      {t("action.undo")}
    </Button>
  );
}
