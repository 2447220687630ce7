import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowDocument, Id, Version } from "@/api/types";
import type { CardMarks, DiffMark } from "../card-marks";
import { nodeTypesQuery, versionQuery, versionsQuery } from "../data";
import { isInnerStart } from "../graph/model";
import type { ChangeWords } from "./change-words";
import { type FlowChange, flowDiff } from "./flow-diff";
import { edgeKey, overlaid } from "./overlay";
import { useChangeWords } from "./use-change-words";

export const DRAFT = "draft";

export interface Comparison {
  /** Both sides as they are; undefined while they load. */
  before: FlowDocument | undefined;
  after: FlowDocument | undefined;
  versions: Version[];
  beforeVersion: Version | undefined;
  /** Undefined for the draft. */
  afterVersion: Version | undefined;
  error: unknown;
  retry: () => void;
  /** What is told: connections of steps that came or went go without saying. */
  changes: FlowChange[];
  words: ChangeWords;
}

/** Compare a version with another one, or with the draft. */
export function useComparison(ws: Id, app: Id, version: Id, other: Id | typeof DRAFT, draft: FlowDocument): Comparison {
  const versions = useQuery(versionsQuery(ws, app));
  const one = useQuery(versionQuery(ws, app, version));
  const two = useQuery({ ...versionQuery(ws, app, other), enabled: other !== DRAFT });
  const types = useQuery(nodeTypesQuery);
  const before = one.data?.document;
  const after = other === DRAFT ? draft : two.data?.document;
  const changes = useMemo(
    () => (before && after ? flowDiff(before, after).filter((change) => change.of !== "edge" || change.own) : []),
    [before, after],
  );
  const words = useChangeWords(before, after, types.data);
  const failed = [one, two, types].find((query) => query.error && !query.data);
  const retry = (): void => void failed?.refetch();
  return {
    before,
    after,
    changes,
    words,
    retry,
    versions: versions.data ?? [],
    beforeVersion: one.data,
    afterVersion: other === DRAFT ? undefined : two.data,
    error: failed?.error ?? null,
  };
}

/** Both sides on one canvas, and how their cards and connections are marked. */
export function useOverlay(
  before: FlowDocument | undefined,
  after: FlowDocument | undefined,
): { document: FlowDocument; marks: Partial<CardMarks> } | null {
  return useMemo(() => {
    if (!before || !after) return null;
    const { document } = overlaid(before, after);
    const changes = flowDiff(before, after);
    const diff: Record<string, DiffMark> = {};
    const edges: Record<string, "added" | "removed"> = {};
    for (const change of changes) {
      if (change.of === "node") diff[change.nodeId] = change.change;
      if (change.of === "edge") edges[edgeKey(change.edge)] = change.change === "added" ? "added" : "removed";
    }
    for (const { id, parentId, data } of document.graph.nodes) {
      const around = parentId && isInnerStart(data.type) ? diff[parentId] : undefined;
      if (around && around !== "changed") diff[id] = around;
    }
    const diffEdges = Object.fromEntries(
      document.graph.edges.flatMap((edge) => (edges[edgeKey(edge)] ? [[edge.id, edges[edgeKey(edge)]!] as const] : [])),
    );
    return { document, marks: { diff, diffEdges } };
  }, [before, after]);
}
