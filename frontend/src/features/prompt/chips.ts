/** Shows references in a text as chips that are walked over and deleted whole. */
import { type Extension, Facet, RangeSet, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import { printedNames } from "./jinja";
import { splitReferences } from "./reference";
import type { DescribeReference, ReferenceInfo } from "./use-reference-info";

/** How chips are worded; the newest wins. */
export const describeReferences = Facet.define<DescribeReference, DescribeReference>({
  combine: (all) => all.at(-1) ?? ((selector) => ({ group: "", name: selector.join("."), type: "", broken: false, tooltip: "" })),
});

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

/** What the declared names of a Jinja text stand for: where one is printed as it is, it is a chip too. */
export const jinjaNames = Facet.define<ReadonlyMap<string, readonly string[]>, ReadonlyMap<string, readonly string[]>>({
  combine: (all) => all.at(-1) ?? NONE,
});

class ChipWidget extends WidgetType {
  constructor(
    private readonly info: ReferenceInfo,
    private readonly tooltip: string,
  ) {
    super();
  }

  override eq(other: ChipWidget): boolean {
    const { info } = this;
    return (
      info.group === other.info.group &&
      info.name === other.info.name &&
      info.broken === other.info.broken &&
      this.tooltip === other.tooltip
    );
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = this.info.broken ? "tm-chip tm-chip-broken" : "tm-chip";
    chip.title = this.tooltip;
    if (this.info.group) {
      const group = chip.appendChild(document.createElement("span"));
      group.textContent = `${this.info.group} · `;
    }
    const name = chip.appendChild(document.createElement("span"));
    name.className = "tm-chip-name";
    name.textContent = this.info.name;
    return chip;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

function chipsOf(view: EditorView): DecorationSet {
  const describe = view.state.facet(describeReferences);
  const names = view.state.facet(jinjaNames);
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    // A reference never spans lines, so whole lines are enough to find each of them.
    const start = view.state.doc.lineAt(from).from;
    const end = view.state.doc.lineAt(to).to;
    const text = view.state.doc.sliceString(start, end);
    const found = splitReferences(text).filter((segment) => segment.kind === "reference");
    const all = names.size ? [...found, ...printedNames(text, names)].sort((a, b) => a.from - b.from) : found;
    for (const segment of all) {
      const info = describe(segment.selector);
      const tooltip = info.tooltip || segment.selector.join(".");
      builder.add(start + segment.from, start + segment.to, Decoration.replace({ widget: new ChipWidget(info, tooltip) }));
    }
  }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = chipsOf(view);
    }

    update(update: ViewUpdate): void {
      const reworded = [describeReferences, jinjaNames].some(
        (facet) => update.startState.facet(facet as never) !== update.state.facet(facet as never),
      );
      if (update.view.composing) this.decorations = this.decorations.map(update.changes);
      else if (update.docChanged || update.viewportChanged || reworded) this.decorations = chipsOf(update.view);
    }
  },
  {
    decorations: (value) => value.decorations,
    provide: (value) => EditorView.atomicRanges.of((view) => view.plugin(value)?.decorations ?? RangeSet.empty),
  },
);

const look = EditorView.theme({
  ".tm-chip": {
    display: "inline-block",
    maxWidth: "100%",
    padding: "0 0.35rem",
    margin: "0 1px",
    border: "1px solid var(--tm-border)",
    borderRadius: "var(--mantine-radius-sm)",
    backgroundColor: "var(--tm-selected)",
    fontSize: "0.92em",
    lineHeight: "1.35",
    whiteSpace: "nowrap",
    overflow: "hidden",
    textOverflow: "ellipsis",
    verticalAlign: "bottom",
  },
  ".tm-chip-name": { fontFamily: "var(--mantine-font-family-monospace)" },
  ".tm-chip-broken": {
    borderColor: "var(--tm-bad)",
    backgroundColor: "transparent",
    color: "var(--tm-bad)",
    textDecoration: "underline wavy",
  },
});

export const chips: Extension = [plugin, look];
