import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../form/form.module.css";

interface Props {
  name: string;
  index: number;
  count: number;
  onMove(by: -1 | 1): void;
  onRemove?: () => void;
}

/** Up, down, remove: for rows whose order counts. */
export function RowTools({ name, index, count, onMove, onRemove }: Props) {
  const { t } = useTranslation("panel");
  return (
    <>
      <Tooltip label={t("moveUp")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.quiet}
          aria-label={t("moveUpOf", { name })}
          disabled={index === 0}
          onClick={() => onMove(-1)}
        >
          <IconArrowUp size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("moveDown")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.quiet}
          aria-label={t("moveDownOf", { name })}
          disabled={index >= count - 1}
          onClick={() => onMove(1)}
        >
          <IconArrowDown size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {onRemove && (
        <Tooltip label={t("remove")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("removeOf", { name })} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </>
  );
}
