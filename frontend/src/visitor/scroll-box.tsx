import type { ReactNode, Ref } from "react";

interface Props {
  ref?: Ref<HTMLDivElement>;
  className?: string;
  label: string;
  role?: "region" | "log";
  onScroll?(): void;
  children: ReactNode;
}

/** A box that scrolls by itself. It takes the focus, so that it can be scrolled by keys in every browser. */
export function ScrollBox({ ref, className, label, role = "region", onScroll, children }: Props) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      ref={ref}
      className={className}
      role={role}
      aria-live={role === "log" ? "off" : undefined}
      aria-label={label}
      tabIndex={0}
      onScroll={onScroll}
    >
      {children}
    </div>
  );
}
