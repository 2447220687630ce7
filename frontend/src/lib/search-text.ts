function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** True when every word of `wanted` occurs; ignores case and the width of letters. */
export function includesText(haystack: string, wanted: string): boolean {
  const text = plain(haystack);
  return plain(wanted)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
