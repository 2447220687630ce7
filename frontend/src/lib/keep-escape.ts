import type { KeyboardEvent } from "react";

const OPEN =
  '[aria-expanded="true"], [role="listbox"], [role="menu"], [role="dialog"], [data-combobox-dropdown], .mantine-Combobox-dropdown';

/** For a panel's `onKeyDownCapture`: an Escape that closes a list or menu of the panel does not also close the panel. */
export function keepEscape(event: KeyboardEvent): void {
  if (event.key === "Escape" && event.target instanceof Element && event.target.closest(OPEN)) event.preventDefault();
}
