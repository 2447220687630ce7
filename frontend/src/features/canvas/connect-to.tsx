import { Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type CanvasUi, useCanvasUiStore } from "./canvas-ui";
import { caseSummary, titlesOf } from "./card-summary";
import { useCommands } from "./commands-context";
import { connect, whyNot } from "./graph/connect";
import { withStart } from "./graph/containers";
import { nodeHandles } from "./graph/handles";
import { isDecoration, isInnerStart } from "./graph/model";
import { nodeById, readingOrder } from "./graph/structure";
import { isComposing } from "./keys";
import { NodeIcon } from "./node-icon";
import classes from "./palette.module.css";
import { useEditor, useEditorActions } from "./store";

/** Choose by name where an edge leads: the way to connect without a mouse. Steps that it may not lead to say why. */
export function ConnectTo({ request }: { request: NonNullable<CanvasUi["connecting"]> }) {
  const { t } = useTranslation("canvas");
  const ui = useCanvasUiStore();
  const commands = useCommands();
  const actions = useEditorActions();
  const document = useEditor((state) => state.document);
  const types = useEditor((state) => state.nodeTypes);
  const source = nodeById(document, request.nodeId);
  const handles = useMemo(() => (source ? nodeHandles(types[source.data.type], source.data) : []), [source, types]);
  const [handle, setHandle] = useState(handles[0]?.id ?? "");
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const listId = useId();

  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    return readingOrder(document)
      .map((id) => nodeById(document, id)!)
      .filter((node) => node.id !== source?.id && !isDecoration(node) && !isInnerStart(node.data.type))
      .filter((node) => node.parentId === source?.parentId)
      .filter((node) => node.data.title.toLowerCase().includes(wanted))
      .map((node) => ({ node, refusal: whyNot(document, { source: request.nodeId, sourceHandle: handle, target: node.id }, types) }))
      .toSorted((a, b) => Number(a.refusal !== null) - Number(b.refusal !== null));
  }, [document, source, query, handle, request.nodeId, types]);
  const current = Math.min(active, found.length - 1);

  const close = (): void => {
    ui.setState({ connecting: null });
    commands.show(request.nodeId);
  };
  const pick = (target: string): void => {
    const linked = connect(document, { source: request.nodeId, sourceHandle: handle, target }, types);
    if (linked.refusal) return;
    const inner = source?.parentId;
    actions.change({ key: "connect" }, () => (inner ? withStart(linked.document, inner) : linked.document));
    close();
  };

  useEffect(() => {
    box.current?.querySelector<HTMLInputElement>("input[role=combobox]")?.focus();
    const outside = (event: PointerEvent): void => {
      const inside = box.current?.contains(event.target as Node) || (event.target as Element).closest("[role=listbox]");
      if (!inside) ui.setState({ connecting: null });
    };
    window.addEventListener("pointerdown", outside, true);
    return () => window.removeEventListener("pointerdown", outside, true);
  }, [ui]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event.nativeEvent)) return;
    event.stopPropagation();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setActive((current + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter" && found[current]) pick(found[current].node.id);
    else if (event.key === "Escape") close();
  };

  if (!source) return null;
  const titles = titlesOf(document);
  const branch = (at: (typeof handles)[number]): string => {
    if (at.kind === "case") {
      const [first] = caseSummary(source.data, at.id, titles).conditions;
      return first?.left
        ? `${first.left} ${t(`operator.${first.operator}`, { defaultValue: first.operator })} ${first.right}`
        : t("branch.if");
    }
    return at.text || t(`branch.${at.kind}`);
  };
  const left = Math.max(8, Math.min(request.at.x, window.innerWidth - 328));
  const top = Math.max(8, Math.min(request.at.y, window.innerHeight - 388));
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t("connectTo.title", { title: source.data.title })}
      className={classes.popover}
      style={{ left, top }}
    >
      <div className={classes.palette}>
        {handles.length > 1 && (
          <Select
            size="sm"
            label={t("connectTo.branch")}
            allowDeselect={false}
            value={handle}
            onChange={(value) => setHandle(value ?? "")}
            data={handles.map((one, at) => ({ value: one.id, label: `${at + 1}. ${branch(one)}` }))}
          />
        )}
        <TextInput
          size="sm"
          aria-label={t("connectTo.search")}
          placeholder={t("connectTo.search")}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={found[current] ? `${listId}-${found[current].node.id}` : undefined}
        />
        <div id={listId} role="listbox" aria-label={t("connectTo.list")} className={classes.list}>
          {found.map(({ node, refusal }, at) => (
            // The search field has the focus and takes the keys.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={node.id}
              id={`${listId}-${node.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === current}
              aria-disabled={refusal !== null}
              className={classes.item}
              onPointerMove={() => setActive(at)}
              onClick={() => pick(node.id)}
            >
              <NodeIcon type={node.data.type} group={types[node.data.type]?.group} size={28} />
              <span className={classes.words}>
                <span className={classes.name}>{node.data.title}</span>
                {refusal && <span className={classes.about}>{t(`refusal.${refusal.code}`, refusal.params)}</span>}
              </span>
            </div>
          ))}
        </div>
        {found.length === 0 && (
          <p className={classes.none} role="status">
            {t("connectTo.none")}
          </p>
        )}
      </div>
    </div>
  );
}
