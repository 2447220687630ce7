/** The right dock: settings and last run of the open node. */
export function NodePanel() {
  return null;
}
