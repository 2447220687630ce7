import { ActionIcon, Popover, TextInput, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReferenceInfo } from "./use-reference-info";
import { useVariableList } from "./use-variable-list";
import { VariableChip } from "./variable-chip";
import { VariableList } from "./variable-list";
import classes from "./variable-picker.module.css";

interface PopoverProps {
  opened: boolean;
  onClose(): void;
  wanted?: readonly string[];
  onPick(selector: string[], type: string): void;
  children: ReactNode;
}

/** The picker as a popover at `children`, with its search field. */
export function VariablePopover({ opened, onClose, wanted, onPick, children }: PopoverProps) {
  return (
    <Popover
      opened={opened}
      onChange={(open) => open || onClose()}
      position="bottom-start"
      width={380}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown p={0}>
        {opened && (
          <SearchableList
            wanted={wanted}
            onPick={(selector, type) => {
              onPick(selector, type);
              onClose();
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function SearchableList({ wanted, onPick }: Pick<PopoverProps, "wanted" | "onPick">) {
  const { t } = useTranslation("prompt");
  const [query, setQuery] = useState("");
  const state = useVariableList({ query, wanted, onPick });
  return (
    <>
      <TextInput
        className={classes.search}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Tab")
            state.handleKey({
              key: event.key,
              isComposing: event.nativeEvent.isComposing,
              keyCode: event.keyCode,
              preventDefault: () => event.preventDefault(),
            });
        }}
        placeholder={t("picker.search")}
        aria-label={t("picker.search")}
        role="combobox"
        aria-expanded
        aria-controls={state.listId}
        aria-autocomplete="list"
        aria-activedescendant={state.active >= 0 ? state.optionId(state.active) : undefined}
        leftSection={<IconSearch size={14} aria-hidden />}
        size="xs"
        data-autofocus
      />
      <VariableList state={state} />
    </>
  );
}

interface PickerProps {
  value: readonly string[] | null | undefined;
  /** null when the choice is cleared. */
  onChange(selector: string[] | null, type: string): void;
  /** Types that fit; none: any. */
  wanted?: readonly string[];
  label: string;
  readOnly?: boolean;
  clearable?: boolean;
  placeholder?: string;
}

/** A field whose value is a variable. */
export function VariablePicker({ value, onChange, wanted, label, readOnly = false, clearable = false, placeholder }: PickerProps) {
  const { t } = useTranslation("prompt");
  const [opened, setOpened] = useState(false);
  const describe = useReferenceInfo();
  const chosen = value && value.length > 1;
  const words = (selector: readonly string[]) => [describe(selector).group, describe(selector).name].filter(Boolean).join(".");
  return (
    <div className={classes.field}>
      <VariablePopover opened={opened} onClose={() => setOpened(false)} wanted={wanted} onPick={onChange}>
        <UnstyledButton
          className={classes.button}
          aria-haspopup="listbox"
          aria-expanded={opened}
          disabled={readOnly}
          onClick={() => setOpened(!opened)}
        >
          <VisuallyHidden>{chosen ? t("picker.change", { label, value: words(value) }) : t("picker.choose", { label })}</VisuallyHidden>
          <span aria-hidden className={classes.shown}>
            {chosen ? (
              <VariableChip selector={value} />
            ) : (
              <span className={classes.placeholder}>{placeholder ?? t("picker.placeholder")}</span>
            )}
          </span>
        </UnstyledButton>
      </VariablePopover>
      {clearable && chosen && !readOnly && (
        <Tooltip label={t("picker.clear", { label })}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("picker.clear", { label })} onClick={() => onChange(null, "")}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
