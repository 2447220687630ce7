import { Button, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument, Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import { nodeTypesQuery, versionQuery } from "../data";
import type { ChangeWords } from "./change-words";
import { ChangeDetails } from "./change-details";
import { ChangeList } from "./change-list";
import { type FlowChange, flowDiff } from "./flow-diff";
import { useChangeWords } from "./use-change-words";
import { useVersionName } from "./use-version-name";
import type { FieldChange } from "./value-diff";
import classes from "./versions.module.css";

interface Props {
  appId: Id;
  version: Id;
  /** What the version is compared with. */
  draft: FlowDocument;
  /** So many changes are shown at once. */
  most?: number;
  /** Shown in place of the list where nothing differs. */
  nothing: ReactNode;
  onUndo?: (before: FlowDocument, change: FlowChange, field?: FieldChange) => void;
  /** Told the sentences whenever they change. */
  onTold?: (sentences: string[]) => void;
}

/** What lies between a version and the draft, as sentences that open to the difference itself. */
export function WhatChanged({ appId, version, draft, most = 5, nothing, onUndo, onTold }: Props) {
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(versionQuery(workspace.id, appId, version));
  const { data: types } = useQuery(nodeTypesQuery);
  const before = data?.document;
  const words = useChangeWords(before, draft, types);
  const changes = useMemo(
    () => (before ? flowDiff(before, draft).filter((change) => change.of !== "edge" || change.own) : []),
    [before, draft],
  );
  const nameOf = useVersionName();
  useEffect(() => {
    if (before && types) onTold?.(changes.map(words.sentence));
  }, [before, types, changes, words, onTold]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!before || !types) return <Skeleton height={72} />;
  if (!changes.length) return nothing;
  return (
    <Changes name={nameOf(data)} {...{ changes, words, most }} onUndo={onUndo && ((change, field) => onUndo(before, change, field))} />
  );
}

interface ChangesProps {
  name: string;
  changes: FlowChange[];
  words: ChangeWords;
  most: number;
  onUndo?: (change: FlowChange, field?: FieldChange) => void;
}

function Changes({ name, changes, words, most, onUndo }: ChangesProps) {
  const { t } = useTranslation("versions");
  const [all, setAll] = useState(false);
  const [selected, setSelected] = useState<string | null>(null);
  const shown = all ? changes : changes.slice(0, most);
  return (
    <div className={classes.kept}>
      <ChangeList label={t("compare.list")} changes={shown} words={words} selected={selected} onSelect={setSelected}>
        {(change) => (
          <ChangeDetails
            change={change}
            words={words}
            before={name}
            after={t("draft")}
            onUndo={onUndo && ((field) => onUndo(change, field))}
          />
        )}
      </ChangeList>
      {shown.length < changes.length && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {t("publish.showAll", { count: changes.length })}
        </Button>
      )}
    </div>
  );
}

/** Where nothing differs. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
