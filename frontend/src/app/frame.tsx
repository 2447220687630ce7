import { Outlet } from "@tanstack/react-router";
import classes from "@/app/frame.module.css";
import { FrameHeader } from "@/app/frame-header";
import { FrameRail } from "@/app/frame-rail";

/** The rail on the left, the bar on top, and the page. A page gets a box of definite height and scrolls inside it. */
export default function Frame() {
  return (
    <div className={classes.frame}>
      <FrameHeader />
      <FrameRail />
      <main className={classes.page} id="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
