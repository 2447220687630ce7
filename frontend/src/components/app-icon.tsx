import { lazy, Suspense } from "react";
import type { App } from "@/api/types";
import { drawsEmoji } from "@/lib/draws-emoji";

const EmojiSign = lazy(() => import("@/components/emoji-sign"));

interface Props {
  app: Pick<App, "icon" | "icon_background">;
  size?: number;
}

/** An app's emoji on its colour; a drawing of it where the system has no emoji font. */
export function AppIcon({ app, size = 40 }: Props) {
  const background = /^#[0-9a-f]{3,8}$/i.test(app.icon_background) ? app.icon_background : "var(--tm-selected)";
  const icon = app.icon || "🌊";
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
      {drawsEmoji() ? (
        icon
      ) : (
        <Suspense fallback={null}>
          <EmojiSign emoji={icon} size={size * 0.55} />
        </Suspense>
      )}
    </span>
  );
}
