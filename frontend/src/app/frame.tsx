import { useMantineColorScheme } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/app/frame.module.css";
import { ConnectionBar } from "@/app/connection-bar";
import { FrameHeader } from "@/app/frame-header";
import { FrameRail } from "@/app/frame-rail";
import { useWorkspaceChanges } from "@/app/use-workspace-changes";
import { PageSkeleton } from "@/components/page-skeleton";
import { useSessionGuard } from "@/features/auth/session-store";
import { useCommandBar } from "@/lib/commands";
import { live } from "@/lib/live";
import { isTyping } from "@/lib/shortcuts";
import { useMe } from "@/lib/use-me";

const CommandBar = lazy(() => import("@/app/command-bar"));
const SignInAgain = lazy(() => import("@/features/auth/sign-in-again"));
const ShortcutSheet = lazy(() => import("@/app/shortcut-sheet"));

/** The rail on the left, the bar on top, and the page. A page gets a box of definite height and scrolls inside it. */
export default function Frame() {
  const { t } = useTranslation();
  const { open: bar, show: showBar, hide: hideBar } = useCommandBar();
  const [sheet, setSheet] = useState(false);
  const signedOut = useSessionGuard();
  useStoredTheme();
  useWorkspaceChanges();

  useEffect(() => {
    const wake = () => live.wake();
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        showBar();
      } else if (event.key === "?" && !isTyping(event)) {
        event.preventDefault();
        setSheet(true);
      }
    };
    window.addEventListener("online", wake);
    document.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("online", wake);
      document.removeEventListener("keydown", onKey);
    };
  }, [showBar]);

  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        {t("nav.skip")}
      </a>
      <FrameHeader onCommandBar={showBar} onShortcuts={() => setSheet(true)} />
      <FrameRail />
      <ConnectionBar />
      <main className={classes.page} id="page" tabIndex={-1}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <Suspense fallback={null}>
        {signedOut && <SignInAgain />}
        {bar && <CommandBar onClose={hideBar} onShortcuts={() => setSheet(true)} />}
        {sheet && <ShortcutSheet onClose={() => setSheet(false)} />}
      </Suspense>
    </div>
  );
}

/** Takes the account's theme where this device has no choice of its own yet. */
function useStoredTheme(): void {
  const { theme } = useMe();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    try {
      if (!localStorage.getItem("tidemill-color-scheme")) setColorScheme(theme);
    } catch {
      // Without storage the page follows the system.
    }
  }, [theme, setColorScheme]);
}
