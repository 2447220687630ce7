import { ThemeIcon } from "@mantine/core";
import { IconBooks } from "@tabler/icons-react";
import type { Dataset } from "@/api/types";
import { AppIcon } from "@/components/app-icon";

export interface DatasetSign {
  icon: string;
  icon_background: string;
}

/** What a dataset without a sign of its own starts from when one is chosen. */
export const DEFAULT_ICON: DatasetSign = { icon: "📚", icon_background: "#D9ECF0" };

/** The sign somebody chose, null where nobody did. */
export function iconOf({ icon }: Pick<Dataset, "icon">): DatasetSign | null {
  if (typeof icon.icon !== "string" || !icon.icon || icon.icon_type === "image") return null;
  const background = typeof icon.icon_background === "string" ? icon.icon_background : DEFAULT_ICON.icon_background;
  return { icon: icon.icon, icon_background: background };
}

/** The API's form of a sign. */
export const toIcon = (sign: DatasetSign) => ({ icon_type: "emoji", ...sign });

/** The sign of a dataset. */
export function DatasetIcon({ dataset, size = 40 }: { dataset: Pick<Dataset, "icon">; size?: number }) {
  const own = iconOf(dataset);
  if (own) return <AppIcon app={own} size={size} />;
  return (
    <ThemeIcon variant="light" size={size} radius="md" aria-hidden>
      <IconBooks size={Math.round(size * 0.58)} stroke={1.7} />
    </ThemeIcon>
  );
}
