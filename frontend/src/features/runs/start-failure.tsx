import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { type EditorState, useEditor, useEditorActions } from "@/features/canvas/store";
import { useProblemText } from "@/lib/use-problem-text";
import type { TestRun } from "./use-test-run";

const selectProblems = (state: EditorState) => state.problems;

/** Why the run did not start, with the way to the first thing to mend. */
export function StartFailureView({ test }: { test: TestRun }) {
  const { t } = useTranslation(["runs", "parts"]);
  const actions = useEditorActions();
  const problems = useEditor(selectProblems);
  const words = useProblemText();
  const { failure } = test;
  if (!failure) return null;
  if (failure.kind === "unsaved") {
    return (
      <Alert
        color="yellow"
        styles={{ title: { color: "var(--tm-warn)" }, icon: { color: "var(--tm-warn)" } }}
        icon={<IconAlertTriangle aria-hidden />}
        title={t("start.unsaved")}
        withCloseButton
        closeButtonLabel={t("dismiss")}
        onClose={test.dismiss}
      >
        {t("start.unsavedHint")}
      </Alert>
    );
  }
  if (failure.kind === "no_message") {
    return (
      <Alert color="yellow" p="sm" withCloseButton closeButtonLabel={t("dismiss")} onClose={test.dismiss}>
        {t("parts:to.noMessage")}
      </Alert>
    );
  }
  if (failure.problems === 0) return <ErrorState error={failure.error} title={t("start.failed")} onRetry={() => void test.start()} />;
  const first = problems.find((problem) => problem.severity === "error");
  return (
    <Alert
      color="red"
      styles={{ title: { color: "var(--tm-bad)" } }}
      icon={<IconAlertTriangle aria-hidden />}
      title={t("start.problems", { count: failure.problems })}
      withCloseButton
      closeButtonLabel={t("dismiss")}
      onClose={test.dismiss}
    >
      <Group gap="sm">
        {first && <Text size="sm">{words(first)}</Text>}
        {first?.node_id && (
          <Button size="compact-sm" onClick={() => first.node_id && actions.focusField(first.node_id, first.field)}>
            {t("start.show")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
