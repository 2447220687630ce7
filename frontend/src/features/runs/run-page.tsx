/** One run, replayed on the canvas of its version. */
export default function RunPage() {
  return null;
}
