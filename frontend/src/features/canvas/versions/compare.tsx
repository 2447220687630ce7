import { ActionIcon, Group, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import type { Autosave } from "../autosave";
import { DockResizer, useDockSize } from "../dock-size";
import editor from "../editor.module.css";
import { FlowView } from "../flow-view";
import { useEditor } from "../store";
import { ChangeDetails } from "./change-details";
import { ChangeList } from "./change-list";
import { CompareBar } from "./compare-bar";
import type { FlowChange } from "./flow-diff";
import { useBringBack } from "./use-bring-back";
import { useCompareKeys } from "./use-compare-keys";
import { DRAFT, useComparison, useOverlay } from "./use-comparison";
import { useVersionName } from "./use-version-name";
import classes from "./versions.module.css";

interface Props {
  version: Id;
  other: Id | typeof DRAFT;
  onSides: (version: Id, other: Id | typeof DRAFT) => void;
  onClose: () => void;
  autosave: Autosave | null;
}

const nodeOf = (change: FlowChange | undefined): string | null =>
  change?.of === "node" ? change.nodeId : change?.of === "edge" ? change.edge.source : null;

/** Two versions, or a version and the draft, laid over each other, with the list of what changed. */
export function Compare({ version, other, onSides, onClose, autosave }: Props) {
  const { t } = useTranslation("versions");
  const ws = useEditor((state) => state.workspaceId);
  const app = useEditor((state) => state.appId);
  const mode = useEditor((state) => state.mode);
  const readOnly = useEditor((state) => state.readOnly);
  const draft = useEditor((state) => state.document);
  const found = useComparison(ws, app, version, other, draft);
  const overlay = useOverlay(found.before, found.after);
  const nameOf = useVersionName();
  const [chosen, setChosen] = useState<{ change: string | null; node: string | null }>({ change: null, node: null });
  const list = useDockSize("changes", { initial: 380, min: 260, max: 720 });
  const { changes } = found;
  const change = changes.find((one) => one.id === chosen.change);

  const select = useCallback(
    (id: string | null) => setChosen({ change: id, node: nodeOf(changes.find((one) => one.id === id)) }),
    [changes],
  );
  const selectNode = useCallback(
    (node: string | null) => setChosen({ change: changes.find((one) => one.of === "node" && one.nodeId === node)?.id ?? null, node }),
    [changes],
  );
  const step = useCallback(
    (by: number) => {
      if (!changes.length) return;
      const at = changes.findIndex((one) => one.id === chosen.change);
      select(changes[at < 0 ? (by > 0 ? 0 : changes.length - 1) : Math.min(changes.length - 1, Math.max(0, at + by))]!.id);
    },
    [changes, chosen.change, select],
  );
  useCompareKeys(step, chosen.change !== null ? () => select(null) : onClose);

  const marks = useMemo(() => {
    const lit = change?.of === "edge" ? new Set([change.edge.source, change.edge.target]) : null;
    return { ...overlay?.marks, lit };
  }, [overlay, change]);
  const beforeName = nameOf(found.beforeVersion);
  const afterName = other === DRAFT ? t("draft") : nameOf(found.afterVersion);
  const bringBack = useBringBack(found, () => step(1));

  return (
    <>
      <CompareBar
        version={version}
        other={other}
        found={found}
        onSides={onSides}
        onClose={onClose}
        autosave={autosave}
        readOnly={readOnly}
      />
      {found.error ? (
        <ErrorState error={found.error} onRetry={found.retry} page />
      ) : (
        <div className={classes.compare} style={{ "--list": `${list.size}px` } as React.CSSProperties}>
          <div className={classes.drawing}>
            {overlay ? (
              <FlowView
                document={overlay.document}
                mode={mode}
                marks={marks}
                selectedNodeId={chosen.node}
                revealNodeId={chosen.node}
                onSelectNode={selectNode}
              />
            ) : (
              <Skeleton height="100%" radius={0} />
            )}
          </div>
          <aside className={classes.side} aria-label={t("compare.list")}>
            <DockResizer dock={list} edge="left" label={t("compare.resize")} />
            <Group gap={6} wrap="nowrap" justify="space-between" pr="sm">
              <Text size="sm" fw={600} role="status">
                {overlay ? (changes.length ? t("compare.changes", { count: changes.length }) : t("compare.same")) : t("summary.loading")}
              </Text>
              {changes.length > 0 && (
                <Group gap={2} wrap="nowrap">
                  <StepButton label={t("compare.previous")} keys="[" onClick={() => step(-1)} up />
                  <StepButton label={t("compare.next")} keys="]" onClick={() => step(1)} />
                </Group>
              )}
            </Group>
            {changes.length > 0 && <Legend />}
            <div className={classes.scroll}>
              {overlay ? (
                <ChangeList label={t("compare.list")} changes={changes} words={found.words} selected={chosen.change} onSelect={select}>
                  {(one) => (
                    <ChangeDetails
                      change={one}
                      words={found.words}
                      before={beforeName}
                      after={afterName}
                      onUndo={other === DRAFT && !readOnly ? (field) => bringBack(one, field) : undefined}
                    />
                  )}
                </ChangeList>
              ) : (
                <Skeleton height={120} className={editor.skeleton} />
              )}
              {changes.length > 0 && (
                <Text size="xs" c="dimmed" mt="md">
                  {t("compare.hint")}
                </Text>
              )}
            </div>
          </aside>
        </div>
      )}
    </>
  );
}

function StepButton({ label, keys, up = false, onClick }: { label: string; keys: string; up?: boolean; onClick: () => void }) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} onClick={onClick}>
        {up ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}

function Legend() {
  const { t } = useTranslation("versions");
  return (
    <ul className={classes.legend} aria-label={t("compare.legend")}>
      <li>
        <IconPlus size={14} data-kind="added" aria-hidden /> {t("compare.added")}
      </li>
      <li>
        <IconMinus size={14} data-kind="removed" aria-hidden /> {t("compare.removed")}
      </li>
      <li>
        <IconPencil size={14} data-kind="changed" aria-hidden /> {t("compare.changed")}
      </li>
    </ul>
  );
}
