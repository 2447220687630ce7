import type { ReactNode } from "react";

/** The box of an ordinary, scrolling page. */
export function Page({ children, width = "72rem" }: { children: ReactNode; width?: string }) {
  return <div style={{ maxWidth: width, margin: "0 auto", padding: "clamp(1rem, 3vw, 2rem)" }}>{children}</div>;
}
