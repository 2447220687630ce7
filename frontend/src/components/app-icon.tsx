import { IconSitemap } from "@tabler/icons-react";
import type { App } from "@/api/types";
import { drawsEmoji } from "@/lib/draws-emoji";

interface Props {
  app: Pick<App, "icon" | "icon_background">;
  size?: number;
}

/** An app's emoji on its colour; a plain sign where the system has no emoji font. */
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
      {drawsEmoji() ? app.icon || "🌊" : <IconSitemap size={size * 0.55} stroke={1.6} color="#1c242c" />}
    </span>
  );
}
