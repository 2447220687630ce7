import { Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FlowDocument, Problem } from "@/api/types";
import { useProblemText } from "@/lib/use-problem-text";
import classes from "./publish-page.module.css";

interface Props {
  problems: readonly Problem[];
  draft: FlowDocument;
  onGo?: (problem: Problem) => void;
}

/** What stands against publishing: errors keep it from happening, warnings do not. */
export function ProblemList({ problems, draft, onGo }: Props) {
  const { t } = useTranslation("versions");
  const words = useProblemText();
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const sorted = problems.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
  if (!problems.length) {
    return (
      <Group gap={6} wrap="nowrap">
        <IconCircleCheck size={16} color="var(--tm-good)" aria-hidden />
        <Text size="sm">{t("publish.ready")}</Text>
      </Group>
    );
  }
  return (
    <>
      <Text size="sm">{errors ? t("publish.errors", { count: errors }) : t("publish.warnings", { count: problems.length })}</Text>
      <ul className={classes.problems}>
        {sorted.map((problem) => {
          const title = draft.graph?.nodes.find((node) => node.id === problem.node_id)?.data.title;
          return (
            <li key={`${problem.node_id}${problem.code}${problem.field}`} data-severity={problem.severity}>
              {problem.severity === "error" ? (
                <IconCircleX size={16} aria-label={t("publish.error")} />
              ) : (
                <IconAlertTriangle size={16} aria-label={t("publish.warning")} />
              )}
              <span>{title ? t("publish.problemAt", { title, problem: words(problem) }) : words(problem)}</span>
              {problem.node_id && onGo && (
                <Button size="compact-xs" variant="default" onClick={() => onGo(problem)}>
                  {t("publish.go")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
