import { Button, SegmentedControl } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument } from "@/api/types";
import type { Autosave } from "../autosave";
import editor from "../editor.module.css";
import { useFormats } from "../formats";
import { type Conflict, useEditor } from "../store";
import { FieldDiff } from "../versions/field-diff";
import { flowDiff, type NodeChange } from "../versions/flow-diff";
import { useChangeWords } from "../versions/use-change-words";
import classes from "./conflict-bar.module.css";
import { type Choices, type Clash, merge, type Side } from "./merge";

interface Props {
  autosave: Autosave;
  conflict: Conflict;
  showTheirs: boolean;
  onShowTheirs: (show: boolean) => void;
}

/** Someone else saved meanwhile. What only one of the two changed comes together by itself; for the rest a person chooses. */
export function ConflictBar({ autosave, conflict, showTheirs, onShowTheirs }: Props) {
  const { t } = useTranslation(["canvas", "canvas-more"]);
  const formats = useFormats();
  const mine = useEditor((state) => state.document);
  const [choices, setChoices] = useState<Choices>({});
  const merged = useMemo(() => (conflict.base ? merge(conflict.base, mine, conflict.document, choices) : null), [conflict, mine, choices]);
  useMergedAlone(autosave, conflict, mine, merged && !merged.clashes.length ? merged.document : null);
  if (merged && !merged.clashes.length) return null;

  const time = conflict.updatedAt ? formats.dateTime(new Date(conflict.updatedAt)) : "";
  const text = conflict.updatedBy
    ? t(time ? "conflict.byAt" : "conflict.by", { name: conflict.updatedBy, time })
    : t(time ? "conflict.at" : "conflict.unknown", { time });
  const then = (act: () => unknown) => () => {
    onShowTheirs(false);
    void act();
  };
  return (
    <div className={`${editor.bar} ${classes.bar}`} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <p>
        {text} {merged && t("canvas-more:merge.clashes", { count: merged.clashes.length })}
      </p>
      <Button size="xs" variant="default" onClick={() => onShowTheirs(!showTheirs)}>
        {t(showTheirs ? "conflict.hideTheirs" : "conflict.showTheirs")}
      </Button>
      <Button size="xs" variant="default" onClick={then(() => autosave.takeTheirs())}>
        {t("conflict.takeTheirs")}
      </Button>
      <Button size="xs" variant={merged ? "default" : "filled"} onClick={then(() => autosave.keepMine())}>
        {t("conflict.keepMine")}
      </Button>
      {merged && (
        <>
          <Button size="xs" onClick={then(() => autosave.merge(merged.document))}>
            {t("canvas-more:merge.save")}
          </Button>
          <ClashList
            mine={mine}
            theirs={conflict.document}
            clashes={merged.clashes}
            onChoose={(id, side) => setChoices((before) => ({ ...before, [id]: side }))}
          />
        </>
      )}
    </div>
  );
}

/** Drafts that do not get in each other's way are brought together and saved, and it is said. */
function useMergedAlone(autosave: Autosave, conflict: Conflict, mine: FlowDocument, merged: FlowDocument | null): void {
  const { t } = useTranslation("canvas-more");
  useEffect(() => {
    if (!merged) return;
    const count = flowDiff(mine, merged).length;
    notifications.show({
      id: "draft-merged",
      title: conflict.updatedBy ? t("merge.doneBy", { name: conflict.updatedBy }) : t("merge.done"),
      message: t("merge.doneText", { count }),
      autoClose: 10_000,
    });
    void autosave.merge(merged);
  }, [autosave, conflict, mine, merged, t]);
}

interface ClashesProps {
  mine: FlowDocument;
  theirs: FlowDocument;
  clashes: readonly Clash[];
  onChoose: (id: string, side: Side) => void;
}

function ClashList({ mine, theirs, clashes, onChoose }: ClashesProps) {
  const { t } = useTranslation(["canvas-more", "versions"]);
  const types = useEditor((state) => state.nodeTypes);
  const list = useMemo(() => Object.values(types), [types]);
  const words = useChangeWords(theirs, mine, list);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <ul className={classes.list} aria-label={t("merge.list")}>
      {clashes.map((clash) => {
        const { path, node } = clash;
        const field = { path: path ?? [], kind: clash.kind, before: clash.theirs, after: clash.mine };
        const change: NodeChange | null = node && {
          of: "node",
          id: clash.id,
          nodeId: node.id,
          change: "changed",
          after: node,
          fields: [field],
          moved: false,
        };
        const name = change
          ? path && path.length
            ? words.label(change, field)
            : t("merge.step")
          : words.label({ of: "setting", id: clash.id, change: "changed", fields: [field] }, field);
        const shown = (value: unknown): string => (path ? words.value(value) : t(value ? "merge.stays" : "merge.goes"));
        const title = node ? `${node.data.title || t("merge.note")} · ${name}` : name;
        return (
          <li key={clash.id}>
            <span className={classes.name}>{title}</span>
            <SegmentedControl
              size="xs"
              aria-label={title}
              value={clash.side}
              onChange={(side) => onChoose(clash.id, side as Side)}
              data={[
                { value: "mine", label: t("merge.mine", { value: shown(clash.mine) }) },
                { value: "theirs", label: t("merge.theirs", { value: shown(clash.theirs) }) },
              ]}
            />
            {clash.kind === "text" && (
              <Button
                size="compact-xs"
                variant="subtle"
                aria-expanded={open === clash.id}
                onClick={() => setOpen(open === clash.id ? null : clash.id)}
              >
                {t("merge.difference")}
              </Button>
            )}
            {open === clash.id && (
              <div className={classes.diff}>
                <FieldDiff field={field} label={t("merge.fromTheirs")} words={words} />
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
