/** The bottom dock: inputs, live result and trace of a test run. */
export function RunDock() {
  return null;
}
