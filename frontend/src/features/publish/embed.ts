/** How other sites take an app's page in. */
export interface EmbedOptions {
  position: "right" | "left";
  color: string;
  open: boolean;
}

const attribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** The bubble in a corner: one line before the end of the body. */
export function bubbleCode(script: string, token: string, { position, color, open }: EmbedOptions): string {
  const more = [
    ...(position === "left" ? [`data-position="left"`] : []),
    ...(color ? [`data-color="${attribute(color)}"`] : []),
    ...(open ? [`data-open`] : []),
  ];
  return [`<script src="${attribute(script)}"`, `data-token="${attribute(token)}"`, ...more, "async></script>"].join(" ");
}

/** The page in the middle of another. */
export function frameCode(address: string, title: string): string {
  return [
    "<iframe",
    `  src="${attribute(address)}"`,
    `  title="${attribute(title)}"`,
    '  style="width: 100%; height: 640px; border: 0"',
    '  allow="microphone; clipboard-write"',
    "></iframe>",
  ].join("\n");
}
