/** What the script's data attributes say. Pure. */

export interface Options {
  /** Where the page comes from; messages are taken from and sent to this origin alone. */
  origin: string;
  token: string;
  side: "left" | "right";
  color: string;
  textColor: string;
  width: number;
  height: number;
  label: string;
  closeLabel: string;
  title: string;
  identity: string;
  inputs: Record<string, string>;
  open: boolean;
}

type Data = Record<string, string | undefined>;

function pixels(text: string | undefined, or: number): number {
  const value = Number.parseInt(text ?? "", 10);
  return value >= 200 && value <= 2000 ? value : or;
}

function color(text: string | undefined, or: string): string {
  return text && /^#[0-9a-f]{6}$/i.test(text) ? text : or;
}

/** White or near black, whichever can be read on a colour. */
export function readableOn(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#172128" : "#ffffff";
}

/** Attributes `data-input-…` fill in the app's inputs; a name with capitals or underscores goes into `data-inputs` as JSON. */
function inputsOf(data: Data): Record<string, string> {
  const inputs: Record<string, string> = {};
  try {
    for (const [name, value] of Object.entries(JSON.parse(data.inputs ?? "{}") as Record<string, unknown>)) inputs[name] = String(value);
  } catch {
    // What is no JSON fills in nothing; the page then asks.
  }
  for (const [name, value] of Object.entries(data)) {
    const found = /^input([A-Z].*)$/.exec(name)?.[1];
    if (found && value !== undefined) inputs[found.charAt(0).toLowerCase() + found.slice(1)] = value;
  }
  return inputs;
}

/** Null where the script does not say what to show. */
export function optionsOf(source: string, data: Data): Options | null {
  const token = data.token?.trim();
  if (!token || !/^[\w-]{8,64}$/.test(token)) return null;
  const zh = (data.language ?? (typeof navigator === "undefined" ? "" : navigator.language)).toLowerCase().startsWith("zh");
  const fill = color(data.color, "#1b6f86");
  return {
    origin: new URL(source).origin,
    token,
    side: data.position === "left" ? "left" : "right",
    color: fill,
    textColor: color(data.textColor, readableOn(fill)),
    width: pixels(data.width, 400),
    height: pixels(data.height, 640),
    label: data.label || (zh ? "打开对话" : "Open the chat"),
    closeLabel: data.closeLabel || (zh ? "关闭对话" : "Close the chat"),
    title: data.title || (zh ? "对话" : "Chat"),
    identity: data.identity ?? "",
    inputs: inputsOf(data),
    open: data.open === "true" || data.open === "",
  };
}
