/** The addresses in a text, one a line or with commas between, each once. */
export function originsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ""))];
}
