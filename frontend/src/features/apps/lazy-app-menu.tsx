import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { type ComponentProps, lazy, Suspense } from "react";

const Menu = lazy(() => import("@/features/apps/app-menu"));

/** The app's menu, which arrives after the list it belongs to. */
export function AppMenu(props: ComponentProps<typeof Menu>) {
  const waiting = (
    <ActionIcon variant="subtle" color="gray" aria-hidden disabled>
      <IconDots size={18} />
    </ActionIcon>
  );
  return (
    <Suspense fallback={waiting}>
      <Menu {...props} />
    </Suspense>
  );
}
