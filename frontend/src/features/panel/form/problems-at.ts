import type { Problem } from "@/api/types";

export function isAt(problem: Problem, path: string): boolean {
  return problem.field === path;
}

export function isInside(problem: Problem, path: string): boolean {
  return problem.field !== null && (problem.field === path || problem.field.startsWith(`${path}.`));
}

/** Problems whose field the form does not show: they stand on top, so that none is lost. */
export function homeless(problems: readonly Problem[], shown: readonly string[]): Problem[] {
  return problems.filter((problem) => !shown.some((path) => isInside(problem, path)));
}

/** Of the fields on the page, the one that a path points at: itself or the nearest around it. */
export function nearestField<T extends { path: string }>(fields: readonly T[], path: string): T | null {
  let best: T | null = null;
  for (const field of fields) {
    const fits = path === field.path || path.startsWith(`${field.path}.`);
    if (fits && (!best || field.path.length >= best.path.length)) best = field;
  }
  return best;
}
