let known: boolean | null = null;

/** Whether this system has a font for emoji. Without one they would all be the same empty box. */
export function drawsEmoji(): boolean {
  known ??= differ("\u{1F30A}", "\u{10FFFD}");
  return known;
}

function differ(a: string, b: string): boolean {
  const [first, second] = [picture(a), picture(b)];
  return first === null || first !== second;
}

function picture(text: string): string | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.font = "20px sans-serif";
  context.textBaseline = "top";
  context.fillText(text, 0, 0);
  return canvas.toDataURL();
}
