import { Text } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle } from "@tabler/icons-react";
import type { Problem } from "@/api/types";
import classes from "./form.module.css";
import { useNodeForm } from "./form-context";
import { isAt, isInside } from "./problems-at";
import { useProblemText } from "@/lib/use-problem-text";

/** The problems of one field, in words. `exact`: only its own, since its rows show theirs. */
export function FieldProblems({ path, exact = false, id }: { path: string; exact?: boolean; id?: string }) {
  const { problems } = useNodeForm();
  return <ProblemLines problems={problems.filter((problem) => (exact ? isAt(problem, path) : isInside(problem, path)))} id={id} />;
}

export function ProblemLines({ problems, id }: { problems: readonly Problem[]; id?: string }) {
  const words = useProblemText();
  if (problems.length === 0) return null;
  return (
    <div id={id} className={classes.problems}>
      {problems.map((problem) => (
        <Text
          key={`${problem.code}:${problem.field}:${words(problem)}`}
          size="xs"
          className={classes.problem}
          data-severity={problem.severity}
        >
          {problem.severity === "error" ? <IconAlertCircle size={14} aria-hidden /> : <IconAlertTriangle size={14} aria-hidden />}
          <span>{words(problem)}</span>
        </Text>
      ))}
    </div>
  );
}

export function useInvalid(path: string): boolean {
  return useNodeForm().problems.some((problem) => problem.severity === "error" && isInside(problem, path));
}
