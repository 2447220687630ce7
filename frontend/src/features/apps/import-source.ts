/** What the server takes in one go. */
export const MAX_FILE_BYTES = 10_000_000;

/** Where an app file comes from: its text, or an address that the server fetches. */
export type ImportSource = { content: string } | { url: string };

const MARKS: readonly [string, readonly number[]][] = [
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** Reads a file by its byte order mark, else as UTF-8. */
export async function fileText(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const encoding = MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0] ?? "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
