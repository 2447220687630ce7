import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { type EditorState, useEditor, useEditorActions } from "@/features/canvas/store";
import { useProblemText } from "@/lib/use-problem-text";
import { useErrorText } from "@/lib/use-error-text";
import { useParts, useRunParts } from "./run-parts";

const selectProblems = (state: EditorState) => state.problems;

/** Why a part did not start, and what can be done instead. */
export function PartFailure() {
  const { t, i18n } = useTranslation("parts");
  const appId = useEditor((state) => state.appId);
  const failure = useParts((state) => (state.failure?.appId === appId ? state.failure : null));
  const problems = useEditor(selectProblems);
  const actions = useEditorActions();
  const parts = useRunParts();
  const problemWords = useProblemText();
  const errorWords = useErrorText();
  if (!failure) return null;
  const { error, part } = failure;
  const code = error instanceof ApiError ? error.code : "unsaved";
  const first = code === "flow_has_errors" ? problems.find((problem) => problem.severity === "error") : undefined;
  const known = i18n.exists(`refused.${code}`, { ns: "parts" });
  const dismiss = () => useParts.setState({ failure: null });
  return (
    <Alert
      color="red"
      p="sm"
      title={t("refused.title")}
      icon={<IconAlertTriangle aria-hidden />}
      styles={{ title: { color: "var(--tm-bad)" }, icon: { color: "var(--tm-bad)" } }}
      withCloseButton
      closeButtonLabel={t("close")}
      onClose={dismiss}
    >
      <Text size="sm">{first ? problemWords(first) : known ? t(`refused.${code}`) : errorWords(error)}</Text>
      <Group gap="xs" mt="xs">
        {first?.node_id && (
          <Button
            size="compact-sm"
            onClick={() => {
              useParts.setState({ alone: null, failure: null });
              actions.focusField(first.node_id ?? "", first.field);
            }}
          >
            {t("refused.show")}
          </Button>
        )}
        {code === "node_not_reached" && part.node_id && (
          <Button size="compact-sm" onClick={() => parts.runTo(part.node_id ?? "")}>
            {t("refused.runTo")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
