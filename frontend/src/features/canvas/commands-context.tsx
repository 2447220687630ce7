import { useReactFlow } from "@xyflow/react";
import { createContext, createRef, type ReactNode, type RefObject, useContext, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeType } from "@/api/types";
import { useLanguage } from "@/lib/use-language";
import { useCanvasUiStore } from "./canvas-ui";
import { type Commands, makeCommands } from "./commands";
import { useEditorStore } from "./store";
import type { Flow } from "./view-types";

interface Canvas {
  commands: Commands;
  /** The element that the canvas is drawn in. */
  root: RefObject<HTMLDivElement | null>;
}

const CanvasContext = createContext<Canvas | null>(null);

/** Makes the commands of one canvas for it and for the docks around it. */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const editor = useEditorStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow() as unknown as Flow;
  const language = useLanguage();
  const { t } = useTranslation("canvas");
  const [root] = useState(() => createRef<HTMLDivElement>());
  const canvas = useMemo(() => {
    const nameOf = (type: NodeType): string => type.title[language] ?? type.title.en ?? type.type;
    return { root, commands: makeCommands({ editor, ui, flow, root: () => root.current, nameOf, words: (key) => t(key) }) };
  }, [editor, ui, flow, language, root, t]);
  return <CanvasContext.Provider value={canvas}>{children}</CanvasContext.Provider>;
}

function useCanvas(): Canvas {
  const canvas = useContext(CanvasContext);
  if (!canvas) throw new Error("a canvas component outside of CommandsProvider");
  return canvas;
}

export const useCommands = (): Commands => useCanvas().commands;
export const useCanvasRoot = (): RefObject<HTMLDivElement | null> => useCanvas().root;
