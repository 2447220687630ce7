/**
 * What somebody types in an editor goes into the document once they pause: writing it draws the whole panel, far more than a key may
 * take. Whoever reads the document to save, run or change it calls `sendHeldText` first.
 */

const QUIET_MS = 250;
const LONGEST_MS = 2000;

const holding = new Set<() => void>();

/** Have every editor hand over what it still keeps to itself. */
export function sendHeldText(): void {
  for (const send of holding) send();
}

export interface HeldText {
  /** Keep the newest text until there is a pause, though not for long. */
  hold(text: string): void;
  /** Hand over what is kept. */
  send(): void;
}

export function heldText(deliver: (text: string) => void, now: () => number = Date.now): HeldText {
  let kept: { text: string; since: number } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const send = (): void => {
    clearTimeout(timer);
    holding.delete(send);
    const last = kept;
    kept = null;
    if (last) deliver(last.text);
  };
  return {
    hold(text) {
      const since = kept?.since ?? now();
      kept = { text, since };
      holding.add(send);
      clearTimeout(timer);
      timer = setTimeout(send, Math.max(0, Math.min(QUIET_MS, since + LONGEST_MS - now())));
    },
    send,
  };
}
