import { Component, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useLatest } from "@/lib/use-latest";
import styles from "./markdown.module.css";

const Blocks = lazy(() => import("./markdown-blocks"));
/** A streaming text is parsed at most this often. */
const PAUSE_MS = 100;
/** What no Markdown can be made of needs no parser; most short answers load none. */
const PLAIN = /^[^\n*_`~#[\]()<>|$\\!&:@]*$/;

/** Model output as Markdown. It is hostile: no raw HTML, no pictures from elsewhere unasked, plain text when it breaks. */
export function MarkdownView({ text, live = false }: { text: string; live?: boolean }) {
  const shown = useThrottled(text, live);
  if (PLAIN.test(shown) && !/^\s*(?:\d+[.)]|[-+])\s/.test(shown)) return <PlainText text={shown} />;
  return (
    <Fallback text={shown}>
      <Suspense fallback={<PlainText text={shown} />}>
        <Blocks text={shown} live={live} />
      </Suspense>
    </Fallback>
  );
}

function PlainText({ text }: { text: string }) {
  return <div className={styles.plain}>{text}</div>;
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
  const latest = useLatest(text);
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => setShown(latest.current), PAUSE_MS);
    return () => clearInterval(timer);
  }, [live, latest]);
  return live ? shown : text;
}
