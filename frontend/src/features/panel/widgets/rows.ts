/** Rows with ids of their own. Pure. */

/** The next number that none of `ids` is: ids of classes are exits that edges hang on, so they never change. */
export function nextId(ids: readonly string[]): string {
  const numbers = ids.map(Number).filter((number) => Number.isSafeInteger(number) && number > 0);
  let next = Math.max(0, ...numbers) + 1;
  // Files count classes by time stamps, too: one more than the latest is as good.
  while (ids.includes(String(next))) next += 1;
  return String(next);
}
