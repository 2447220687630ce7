/** The checklist button of the editor's top bar. */
export function ChecklistButton() {
  return null;
}
