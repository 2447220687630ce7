import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { askToRunNode } from "@/features/runs/run-parts";
import { type Command, useCommands as useBarCommands } from "@/lib/commands";
import { useLocalized } from "@/lib/use-language";
import { canvasSettings } from "../canvas-settings";
import { useCanvasUiStore } from "../canvas-ui";
import { NEXT_HEAT } from "../card-marks";
import { useCommands } from "../commands-context";
import { isDecoration, isInnerStart } from "../graph/model";
import { nodeById, readingOrder } from "../graph/structure";
import { useEditor, useEditorStore } from "../store";
import { LINES } from "../use-shortcut-help";
import type { LateProps } from "./late-canvas";

type Acts = Record<string, (() => unknown) | undefined>;

/** What the keys of the shortcut sheet do, by the same names; and what has no key. */
function useActs({ save, testRun }: LateProps): { keyed: Acts; more: Acts } {
  const editor = useEditorStore();
  const ui = useCanvasUiStore();
  const commands = useCommands();
  const flow = useReactFlow();
  return useMemo(() => {
    const { actions, getState } = editor;
    const { readOnly } = getState();
    const selected = (): readonly string[] => getState().selection.nodes;
    const looking: Acts = {
      open: () => selected()[0] && commands.open(selected()[0]!, true),
      output: () => commands.openOutput(),
      selectAll: () => commands.selectAll(),
      downstream: () => commands.selectDownstream(),
      run: () => testRun(),
      runNode: () => askToRunNode(editor),
      stop: () => getState().runControls?.stop(),
      breakpoint: () => commands.toggleBreakpoints(),
      step: () => commands.step(testRun),
      fit: () => commands.fit(),
      fitSelection: () => commands.fit(selected()),
      actualSize: () => flow.zoomTo(1, { duration: 150 }),
      minimap: () => ui.setState((now) => ({ minimap: !now.minimap })),
      heat: () => ui.setState((now) => ({ heatBy: NEXT_HEAT[now.heatBy ?? "off"] })),
      pointer: () => ui.setState({ tool: "pointer" }),
      hand: () => ui.setState({ tool: "hand" }),
      search: () => commands.search(),
      list: () => commands.toggleList(),
      versions: () => actions.setLeftDock("versions"),
      exportFile: () => commands.exportFile(),
      copy: () => commands.copy(),
    };
    const editing: Acts = {
      add: () => commands.openPalette(),
      rename: () => selected()[0] && ui.setState({ renaming: selected()[0]! }),
      delete: () => commands.remove(),
      connect: () => commands.connectSelected(),
      paste: () => commands.pasteFromClipboard(),
      duplicate: () => commands.duplicate(),
      undo: () => actions.undo(),
      redo: () => actions.redo(),
      save,
      tidy: () => commands.tidy(),
      note: () => commands.addNote(),
      frame: () => commands.frame(),
      collapse: () => commands.toggleCollapsed(),
      disable: () => commands.toggleDisabled(),
      pin: () => commands.togglePinned(),
      changeType: () => commands.chooseType(),
    };
    const wheel = (choice: "guess" | "mouse" | "trackpad") => () => canvasSettings.setState({ wheel: choice });
    const more: Acts = {
      pictureSvg: () => commands.exportPicture("svg", false),
      picturePng: () => commands.exportPicture("png", false),
      pictureSvgSelection: () => commands.exportPicture("svg", true),
      picturePngSelection: () => commands.exportPicture("png", true),
      wheelGuess: wheel("guess"),
      wheelMouse: wheel("mouse"),
      wheelTrackpad: wheel("trackpad"),
      oneClick: () => canvasSettings.setState((now) => ({ oneClick: !now.oneClick })),
    };
    return { keyed: readOnly ? looking : { ...looking, ...editing }, more };
  }, [editor, ui, commands, flow, save, testRun]);
}

/** Offer what the canvas does, and its steps, in the command bar. */
export function useEditorCommands(props: LateProps): void {
  const { t } = useTranslation(["canvas-more", "canvas"]);
  const { keyed, more } = useActs(props);
  const entries = useMemo(() => {
    const known = LINES.flatMap(([key, ...keys]): Command[] => {
      const act = keyed[key];
      return act ? [{ id: `canvas-${key}`, label: t(`shortcut.${key}`, { ns: "canvas" }), keys, run: () => void act() }] : [];
    });
    const unkeyed = Object.entries(more).map(([key, act]) => ({
      id: `canvas-${key}`,
      label: t(`command.${key}`),
      run: () => void act?.(),
    }));
    return [...known, ...unkeyed];
  }, [keyed, more, t]);
  useBarCommands(t("shortcut.title", { ns: "canvas" }), entries);
  useBarCommands(t("command.steps"), useSteps());
}

/** A jump to each step. Made anew only when titles, types or their order change. */
function useSteps(): readonly Command[] {
  const commands = useCommands();
  const localized = useLocalized();
  const types = useEditor((state) => state.nodeTypes);
  const list = useEditor(({ document }) =>
    JSON.stringify(
      readingOrder(document)
        .map((id) => nodeById(document, id)!)
        .filter((node) => !isDecoration(node) && !isInnerStart(node.data.type))
        .map((node) => [node.id, node.data.title, node.data.type]),
    ),
  );
  return useMemo(
    () =>
      (JSON.parse(list) as [string, string, string][]).map(([id, title, type]) => ({
        id: `step-${id}`,
        label: title,
        description: localized(types[type]?.title) || type,
        // The bar gives the focus back to where it was when it closes.
        run: () => void setTimeout(() => commands.show(id), 150),
      })),
    [list, commands, localized, types],
  );
}
