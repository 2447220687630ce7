import { Component, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import classes from "./markdown.module.css";

const Blocks = lazy(() => import("./markdown-inner"));
/** A streaming text is parsed at most this often. */
const PAUSE_MS = 100;

/** Model output as Markdown. It is hostile: no raw HTML, no pictures from elsewhere unasked, plain text when it breaks. */
export function MarkdownView({ text, live = false }: { text: string; live?: boolean }) {
  const shown = useThrottled(text, live);
  return (
    <Fallback text={shown}>
      <Suspense fallback={<PlainText text={shown} />}>
        <Blocks text={shown} />
      </Suspense>
    </Fallback>
  );
}

function PlainText({ text }: { text: string }) {
  return <div className={classes.plain}>{text}</div>;
}

/** Shows the text as it is when rendering fails. */
export class Fallback extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <PlainText text={this.props.text} /> : this.props.children;
  }
}

function useThrottled(text: string, live: boolean): string {
  const [shown, setShown] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    if (!live) {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
      setShown(text);
    } else if (!timer.current) {
      timer.current = setTimeout(() => {
        timer.current = null;
        setShown(latest.current);
      }, PAUSE_MS);
    }
  }, [text, live]);
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return live ? shown : text;
}
