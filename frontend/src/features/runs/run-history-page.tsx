/** All runs of an app. */
export default function RunHistoryPage() {
  return null;
}
