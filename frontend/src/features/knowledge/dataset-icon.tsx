import { ThemeIcon } from "@mantine/core";
import { IconBooks } from "@tabler/icons-react";

/** The sign of a dataset. */
export function DatasetIcon({ size = 40 }: { size?: number }) {
  return (
    <ThemeIcon variant="light" size={size} radius="md" aria-hidden>
      <IconBooks size={Math.round(size * 0.58)} stroke={1.7} />
    </ThemeIcon>
  );
}
