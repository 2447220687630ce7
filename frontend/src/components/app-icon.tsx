import type { App } from "@/api/types";

interface Props {
  app: Pick<App, "icon" | "icon_background">;
  size?: number;
}

/** An app's emoji on its colour. */
export function AppIcon({ app, size = 40 }: Props) {
  const background = /^#[0-9a-f]{3,8}$/i.test(app.icon_background) ? app.icon_background : "var(--tm-selected)";
  return (
    <span
      aria-hidden
      style={{
        display: "inline-grid",
        placeItems: "center",
        flex: "none",
        width: size,
        height: size,
        borderRadius: size * 0.25,
        background,
        fontSize: size * 0.55,
        lineHeight: 1,
      }}
    >
      {app.icon || "🌊"}
    </span>
  );
}
