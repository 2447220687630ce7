import { Button, Group, Popover, ScrollArea, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconArrowRight, IconChecklist } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "@/api/types";
import { type EditorState, useEditor, useEditorActions } from "@/features/canvas/store";
import { problemGroups } from "./checklist-groups";
import { useProblemText } from "@/lib/use-problem-text";
import classes from "./node-panel.module.css";

const selectProblems = (state: EditorState) => state.problems;
const selectDocument = (state: EditorState) => state.document;

/** The checklist of the editor's top bar: what stops a run or a publication, and where to mend it. */
export function ChecklistButton() {
  const { t } = useTranslation("panel");
  const problems = useEditor(selectProblems);
  const [open, setOpen] = useState(false);
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const label = problems.length ? t("checklist.open", { errors, warnings: problems.length - errors }) : t("checklist.openNone");
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={400} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="sm"
          variant="default"
          px="xs"
          aria-expanded={open}
          leftSection={
            <IconChecklist size={16} aria-hidden color={errors ? "var(--tm-bad)" : problems.length ? "var(--tm-warn)" : "var(--tm-good)"} />
          }
          onClick={() => setOpen(!open)}
        >
          <VisuallyHidden>{label}</VisuallyHidden>
          <span aria-hidden>{problems.length || t("checklist.ok")}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">{open && <List problems={problems} onGo={() => setOpen(false)} />}</Popover.Dropdown>
    </Popover>
  );
}

function List({ problems, onGo }: { problems: readonly Problem[]; onGo(): void }) {
  const { t } = useTranslation("panel");
  const document = useEditor(selectDocument);
  const actions = useEditorActions();
  const words = useProblemText();
  const groups = useMemo(() => problemGroups(document, problems), [document, problems]);
  if (groups.length === 0) {
    return (
      <Text size="sm" tabIndex={0} data-autofocus>
        {t("checklist.none")}
      </Text>
    );
  }
  const go = (problem: Problem) => {
    if (problem.node_id) actions.focusField(problem.node_id, problem.field);
    onGo();
  };
  return (
    <ScrollArea.Autosize mah="60vh">
      <Text size="xs" c="dimmed" pb="xs">
        {t("checklist.hint")}
      </Text>
      <Stack gap="sm">
        {groups.map((group) => (
          <section key={group.nodeId ?? ""} aria-label={group.title || t("checklist.flow")}>
            <Text size="sm" fw={600}>
              {group.title || t("checklist.flow")}
            </Text>
            {group.problems.map((problem, index) => (
              <Group key={index} className={classes.checklistLine} data-severity={problem.severity} wrap="nowrap">
                {problem.severity === "error" ? (
                  <IconAlertCircle size={15} aria-label={t("checklist.error")} role="img" />
                ) : (
                  <IconAlertTriangle size={15} aria-label={t("checklist.warning")} role="img" />
                )}
                <Text size="sm" flex={1}>
                  {words(problem)}
                </Text>
                {problem.node_id && (
                  <Button
                    size="compact-xs"
                    variant="light"
                    rightSection={<IconArrowRight size={12} aria-hidden />}
                    aria-label={t("checklist.goTo", { text: words(problem) })}
                    onClick={() => go(problem)}
                  >
                    {t("checklist.go")}
                  </Button>
                )}
              </Group>
            ))}
          </section>
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}
