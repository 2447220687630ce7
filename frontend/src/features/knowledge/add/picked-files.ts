import type { PickedFile } from "@/features/knowledge/add/uploads";

/** What programs leave in folders and nobody means to add. */
const LEFT_OUT = /^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

/** Extensions of files that hold no text, with what they are. */
const UNREADABLE: Record<string, string> = {
  ...kinds("picture", "png jpg jpeg gif bmp tif tiff webp heic svg ico psd"),
  ...kinds("sound", "mp3 wav ogg m4a flac aac wma"),
  ...kinds("film", "mp4 mov avi mkv webm wmv"),
  ...kinds("archive", "zip rar 7z gz tar bz2 xz"),
  ...kinds("program", "exe dll so dylib bin msi apk dmg iso class jar wasm"),
  ...kinds("oldOffice", "doc ppt dot pps"),
};

function kinds(kind: string, extensions: string): Record<string, string> {
  return Object.fromEntries(extensions.split(" ").map((extension) => [extension, kind]));
}

/** Why a file of this name holds no text that could be read, null where it may. */
export function unreadable(name: string): string | null {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return UNREADABLE[extension] ?? null;
}

export const leftOut = (name: string) => LEFT_OUT.test(name);

/** Files of a picker; of a chosen folder each knows where in it it lay. */
export function fromPicker(files: Iterable<File>): PickedFile[] {
  return [...files].flatMap((file) => {
    const parts = (file.webkitRelativePath || file.name).split("/");
    return parts.some(leftOut) ? [] : [{ file, folder: parts.slice(0, -1).join("/") }];
  });
}

/** Files of a drop, with all that lies in dropped folders. Call it in the drop itself: the browser forgets them afterwards. */
export async function fromDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (entries.every((entry) => entry === null)) return fromPicker(files);
  const found = await Promise.all(entries.map((entry) => (entry ? walk(entry, "") : [])));
  return found.flat();
}

async function walk(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
  if (leftOut(entry.name)) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside = folder ? `${folder}/${entry.name}` : entry.name;
  const found: PickedFile[] = [];
  // The browser hands out a hundred at a time and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await walk(one, inside)));
  }
}

/** A name for new knowledge: that of a chosen folder, else of the first file. */
export function suggestedName(files: readonly { name: string; folder: string }[]): string {
  const folder = files.find((file) => file.folder)?.folder.split("/")[0];
  return folder || (files[0]?.name.replace(/\.[^.]+$/, "") ?? "");
}
