/** Problems grouped by node, errors first. Pure. */
import type { FlowDocument, Problem } from "@/api/types";

export interface ProblemGroup {
  /** Null: the whole flow. */
  nodeId: string | null;
  title: string;
  problems: Problem[];
}

const weight = (problem: Problem): number => (problem.severity === "error" ? 0 : 1);

export function problemGroups(document: FlowDocument, problems: readonly Problem[]): ProblemGroup[] {
  const titles = new Map(document.graph.nodes.map((node) => [node.id, node.data.title || node.id]));
  const groups = new Map<string | null, ProblemGroup>();
  for (const problem of problems) {
    // A node that has been deleted since the check: its problems are gone with it.
    if (problem.node_id !== null && !titles.has(problem.node_id)) continue;
    const group = groups.get(problem.node_id) ?? { nodeId: problem.node_id, title: titles.get(problem.node_id ?? "") ?? "", problems: [] };
    group.problems.push(problem);
    groups.set(problem.node_id, group);
  }
  const list = [...groups.values()];
  for (const group of list) group.problems.sort((a, b) => weight(a) - weight(b));
  const worst = (group: ProblemGroup) => Math.min(...group.problems.map(weight));
  return list.sort((a, b) => worst(a) - worst(b) || Number(a.nodeId !== null) - Number(b.nodeId !== null));
}
