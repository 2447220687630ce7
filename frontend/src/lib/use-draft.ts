import { useState } from "react";

/** A local edit of `value` that is dropped as soon as the value itself changes. */
export function useDraft<T>(value: T): [T, (next: T) => void] {
  const [draft, setDraft] = useState({ base: value, now: value });
  return [draft.base === value ? draft.now : value, (now) => setDraft({ base: value, now })];
}
