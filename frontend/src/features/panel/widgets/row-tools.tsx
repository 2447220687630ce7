import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
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
      {onRemove && <RemoveRow name={name} onClick={onRemove} />}
    </>
  );
}

export function RemoveRow({ name, onClick }: { name: string | number; onClick(): void }) {
  const { t } = useTranslation("panel");
  return (
    <Tooltip label={t("remove")}>
      <ActionIcon variant="subtle" color="gray" aria-label={t("removeOf", { name })} onClick={onClick}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

const FIELDS = "input:not([type=hidden], [type=checkbox], [readonly]), textarea, [contenteditable=true]";
/** A row may have parts that load late. */
const TRIES = 20;
const PAUSE_MS = 50;

/** The rows before a button that adds to them, which may stand beside others in a line of its own. */
function rowsBefore(button: Element): Element | null {
  for (let at: Element | null = button; at && !at.matches("[data-field]"); at = at.parentElement)
    if (at.previousElementSibling) return at.previousElementSibling;
  return null;
}

function focusAdded(button: Element, before: number, tries = TRIES): void {
  const rows = rowsBefore(button);
  const field = rows && rows.childElementCount > before ? rows.lastElementChild?.querySelector<HTMLElement>(FIELDS) : null;
  if (field?.offsetParent) field.focus();
  else if (tries) setTimeout(focusAdded, PAUSE_MS, button, before, tries - 1);
}

/** Adds a row after the rows before it, and puts the cursor there. `of`: what a row is added to, where several such buttons are near. */
export function AddRow({ label, of, onClick }: { label: string; of?: string; onClick(): void }) {
  return (
    <Button
      variant="default"
      size="xs"
      w="fit-content"
      aria-label={of && `${label}: ${of}`}
      leftSection={<IconPlus size={14} aria-hidden />}
      onClick={(event) => {
        const button = event.currentTarget;
        const before = rowsBefore(button)?.childElementCount ?? 0;
        onClick();
        setTimeout(focusAdded, 0, button, before);
      }}
    >
      {label}
    </Button>
  );
}
