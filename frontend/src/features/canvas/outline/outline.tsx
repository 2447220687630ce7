import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUi } from "../canvas-ui";
import { useCommands } from "../commands-context";
import editor from "../editor.module.css";
import { nodeById } from "../graph/structure";
import { isComposing } from "../keys";
import { NodeIcon } from "../node-icon";
import { useEditor, useEditorActions } from "../store";
import classes from "./outline.module.css";
import { OutlineList } from "./outline-list";
import { type Hit, searchFlow } from "./search";

/** All steps as a list that does what the canvas does, and the search in everything they hold. */
export function Outline() {
  const { t } = useTranslation("canvas");
  const document = useEditor((state) => state.document);
  const run = useEditor((state) => state.run);
  const searches = useCanvasUi((ui) => ui.searches);
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query);
  const hits = useMemo(() => searchFlow(document, run, wanted), [document, run, wanted]);
  const [current, setCurrent] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const go = useGo();
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, [searches]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event.nativeEvent) || !hits.length) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      setCurrent((current + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(hits[Math.min(current, hits.length - 1)]!, false);
      setCurrent((current + (event.shiftKey ? hits.length - 1 : 1)) % hits.length);
    }
  };

  return (
    <>
      <TextInput
        ref={field}
        size="sm"
        type="search"
        aria-label={t("outline.search")}
        placeholder={t("outline.search")}
        leftSection={<IconSearch size={15} aria-hidden />}
        rightSection={query && <CloseButton size="sm" aria-label={t("outline.clear")} onClick={() => setQuery("")} />}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setCurrent(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={editor.leftBody}>
        {wanted.trim() ? <Hits hits={hits} query={wanted} current={Math.min(current, hits.length - 1)} onGo={go} /> : <OutlineList />}
      </div>
    </>
  );
}

/** Show where a hit is: on the canvas, and in the settings when it is there. */
function useGo(): (hit: Hit, open: boolean) => void {
  const actions = useEditorActions();
  const commands = useCommands();
  const document = useEditor((state) => state.document);
  return ({ nodeId, place }, open) => {
    const drawn = nodeById(document, nodeId)?.type === "custom-note";
    if (open && place.kind === "setting" && !drawn) actions.focusField(nodeId, place.name);
    else if (open && !drawn) actions.openNode(nodeId);
    else actions.select({ nodes: [nodeId] });
    commands.reveal(nodeId);
  };
}

function Hits({ hits, query, current, onGo }: { hits: Hit[]; query: string; current: number; onGo: (hit: Hit, open: boolean) => void }) {
  const { t } = useTranslation("canvas");
  const document = useEditor((state) => state.document);
  const types = useEditor((state) => state.nodeTypes);
  return (
    <>
      <p className={classes.count} role="status">
        {hits.length ? t("outline.hits", { count: hits.length }) : t("outline.noHits", { query })}
      </p>
      <ul className={classes.list} aria-label={t("outline.results")}>
        {hits.map((hit, at) => {
          const node = nodeById(document, hit.nodeId);
          if (!node) return null;
          return (
            <li key={`${hit.nodeId}:${hit.place.kind}:${hit.place.name}:${hit.excerpt}`}>
              <button type="button" className={classes.hit} data-current={at === current || undefined} onClick={() => onGo(hit, true)}>
                <NodeIcon type={node.type === "custom-note" ? "note" : node.data.type} group={types[node.data.type]?.group} />
                <span className={classes.words}>
                  <span className={classes.name}>{node.data.title || t("card.note")}</span>
                  <span className={classes.excerpt}>
                    {hit.excerpt.slice(0, hit.at)}
                    <mark>{hit.excerpt.slice(hit.at, hit.at + hit.length)}</mark>
                    {hit.excerpt.slice(hit.at + hit.length)}
                  </span>
                  {hit.place.kind !== "title" && (
                    <span className={classes.place}>{t(`outline.in.${hit.place.kind}`, { name: hit.place.name })}</span>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
