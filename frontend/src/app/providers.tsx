import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { queryClient } from "@/app/query-client";
import { colorSchemeManager, cssVariables, theme } from "@/app/theme";

const Overlays = lazy(() => import("@/app/overlays"));

/** Everything that a screen may rely on: theme, dialogs, notices, server data. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <Suspense fallback={null}>
        <LocalizedTheme>
          {children}
          <Suspense fallback={null}>
            <Overlays />
          </Suspense>
        </LocalizedTheme>
      </Suspense>
    </QueryClientProvider>
  );
}

/** The theme, with names for the close buttons that Mantine draws without one. */
function LocalizedTheme({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const close = t("action.close");
  const localized = useMemo(() => {
    const closeButtonProps = { "aria-label": close };
    return mergeThemeOverrides(theme, {
      components: {
        Modal: { defaultProps: { closeButtonProps } },
        Drawer: { defaultProps: { closeButtonProps } },
        Notification: { defaultProps: { closeButtonProps } },
      },
    });
  }, [close]);
  return (
    <MantineProvider
      theme={localized}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      {children}
    </MantineProvider>
  );
}
