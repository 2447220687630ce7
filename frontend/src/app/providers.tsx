import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { queryClient } from "@/app/query-client";
import { colorSchemeManager, cssVariables, theme } from "@/app/theme";

/** Everything that a screen may rely on: theme, dialogs, notices, server data. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={colorSchemeManager} defaultColorScheme="auto">
        <Suspense fallback={null}>
          <ModalsProvider>
            <Notifications position="bottom-right" />
            {children}
          </ModalsProvider>
        </Suspense>
      </MantineProvider>
    </QueryClientProvider>
  );
}
