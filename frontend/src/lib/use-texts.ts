import type { TFunction } from "i18next";
import { useSyncExternalStore } from "react";
import { i18next } from "@/i18n";

const listeners = new Set<() => void>();
const known = new Map<string, TFunction>();

function tell(): void {
  for (const listener of listeners) listener();
}

for (const event of ["initialized", "languageChanged"] as const) {
  i18next.on(event, () => {
    known.clear();
    tell();
  });
}
// Only what was asked for too early is drawn again.
i18next.on("loaded", (loaded: Record<string, Record<string, boolean>>) => {
  const late = Object.values(loaded).flatMap((namespaces) => Object.keys(namespaces).filter((name) => known.delete(name)));
  if (late.length) tell();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function textsOf(namespace: string): TFunction {
  let texts = known.get(namespace);
  if (!texts) {
    texts = i18next.getFixedT(i18next.language, namespace);
    known.set(namespace, texts);
  }
  return texts;
}

/**
 * The texts of a namespace that something around has loaded. Like `useTranslation`, which costs a
 * tenth of a millisecond each time: too much for what is on the screen a thousand times.
 */
export function useTexts(namespace: string): TFunction {
  return useSyncExternalStore(subscribe, () => textsOf(namespace));
}

export function useLanguageTag(): string {
  return useSyncExternalStore(subscribe, () => i18next.language);
}
