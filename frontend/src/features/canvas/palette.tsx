import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNode, NodeType } from "@/api/types";
import { useLocalized } from "@/lib/use-language";
import { DRAG_TYPE } from "./canvas-ui";
import { addableTypes, isRoot, NOTE } from "./graph/model";
import { nodeById } from "./graph/structure";
import { isComposing } from "./keys";
import { NodeIcon } from "./node-icon";
import classes from "./palette.module.css";
import { searchTypes } from "./palette-search";
import { useEditor } from "./store";

/** A note as the palette offers it: no type of the engine, which ignores notes. */
function noteType(title: string, description: string): NodeType {
  return {
    type: NOTE,
    title: { en: title },
    description: { en: description },
    group: "human",
    icon: "note",
    modes: [],
    addable: true,
    config_schema: {},
    defaults: {},
    outputs: [],
    outputs_from: null,
    handles: "none",
    error_handling: false,
  };
}

interface Props {
  onPick: (type: NodeType) => void;
  /** Only types that another node can lead to. */
  connectable?: boolean;
  /** Only types that lead on to another node. */
  passing?: boolean;
  /** Offers a note too. */
  notes?: boolean;
  /** The container that the new node goes into. */
  inside?: FlowNode;
  /** The node that becomes another type. */
  replacing?: string;
  draggable?: boolean;
  autoFocus?: boolean;
  onEscape?: () => void;
}

/** Search and choose a node type: by the mouse, or by arrow keys and Enter. */
export function Palette(props: Props) {
  const { onPick, connectable = false, passing = false, notes = false, inside, replacing } = props;
  const { draggable = false, autoFocus = false, onEscape } = props;
  const { t } = useTranslation("canvas");
  const types = useEditor((state) => state.nodeTypes);
  const mode = useEditor((state) => state.mode);
  const document = useEditor((state) => state.document);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const found = useMemo(() => {
    const place = { container: inside?.data.type, replaced: replacing ? nodeById(document, replacing)?.data.type : undefined };
    const fitting = addableTypes(types, mode, document, place).filter(
      (type) => !(connectable && isRoot(type.type)) && !(passing && type.handles === "none"),
    );
    return searchTypes(notes ? [...fitting, noteType(t("card.note"), t("palette.aboutNote"))] : fitting, query);
  }, [types, mode, document, connectable, passing, notes, inside, replacing, query, t]);
  const current = Math.min(active, found.length - 1);

  useEffect(() => {
    if (autoFocus) field.current?.focus({ preventScroll: true });
  }, [autoFocus]);
  useEffect(() => {
    list.current?.querySelectorAll("[role=option]")[current]?.scrollIntoView?.({ block: "nearest" });
  }, [current]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event.nativeEvent)) return;
    event.stopPropagation();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((current + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter" && found[current]) {
      event.preventDefault();
      onPick(found[current]);
    } else if (event.key === "Escape") {
      onEscape?.();
    }
  };

  return (
    <div className={classes.palette}>
      <TextInput
        ref={field}
        size="sm"
        aria-label={t("palette.search")}
        placeholder={t("palette.search")}
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
        aria-activedescendant={found[current] ? `${listId}-${found[current].type}` : undefined}
      />
      <div id={listId} ref={list} role="listbox" aria-label={t("palette.title")} className={classes.list}>
        {found.map((type, at) => (
          <PaletteItem
            key={type.type}
            id={`${listId}-${type.type}`}
            type={type}
            active={at === current}
            heading={query.trim() === "" && found[at - 1]?.group !== type.group}
            draggable={draggable}
            onPick={onPick}
            onPoint={() => setActive(at)}
          />
        ))}
      </div>
      {found.length === 0 && (
        <p className={classes.none} role="status">
          {t("palette.none", { query })}
        </p>
      )}
    </div>
  );
}

interface ItemProps {
  id: string;
  type: NodeType;
  active: boolean;
  heading: boolean;
  draggable: boolean;
  onPick: (type: NodeType) => void;
  onPoint: () => void;
}

function PaletteItem({ id, type, active, heading, draggable, onPick, onPoint }: ItemProps) {
  const { t } = useTranslation("canvas");
  const localized = useLocalized();
  return (
    <>
      {heading && (
        <div className={classes.heading} role="presentation">
          {t(`group.${type.group}`)}
        </div>
      )}
      {/* The search field has the focus and takes the keys. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={active}
        className={classes.item}
        draggable={draggable}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAG_TYPE, type.type);
          event.dataTransfer.effectAllowed = "copy";
        }}
        onPointerMove={onPoint}
        onClick={() => onPick(type)}
      >
        <NodeIcon type={type.type} group={type.group} size={28} />
        <span className={classes.words}>
          <span className={classes.name}>{localized(type.title)}</span>
          <span className={classes.about}>{localized(type.description)}</span>
        </span>
      </div>
    </>
  );
}
