import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument, NodeType } from "@/api/types";
import { useLanguage } from "@/lib/use-language";
import { type ChangeWords, changeWords } from "./change-words";

/** Sentences for what lies between two documents; of a title that changed the later one is told. */
export function useChangeWords(
  before: FlowDocument | undefined,
  after: FlowDocument | undefined,
  nodeTypes: readonly NodeType[] | undefined,
): ChangeWords {
  const { t } = useTranslation("versions");
  const language = useLanguage();
  return useMemo(() => {
    const nodes = [before, after].flatMap((document) => document?.graph?.nodes ?? []);
    const titles = new Map(nodes.map((node) => [node.id, node.data.title]));
    const types = Object.fromEntries((nodeTypes ?? []).map((type) => [type.type, type]));
    return changeWords({ t, language, types, titleOf: (id) => titles.get(id) });
  }, [t, language, before, after, nodeTypes]);
}
