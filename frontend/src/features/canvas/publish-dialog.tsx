import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, Problem, Version } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import type { Autosave } from "./autosave";
import { publishVersion } from "./data";
import classes from "./editor.module.css";
import { nodeById } from "./graph/structure";
import { useEditor, useEditorStore } from "./store";
import { useProblemText } from "./use-problem-text";

interface Props {
  app: App;
  autosave: Autosave | null;
  onClose: () => void;
}

const problemsOf = (error: unknown): Problem[] | null =>
  error instanceof ApiError && error.code === "flow_has_errors" && Array.isArray(error.details.problems)
    ? (error.details.problems as Problem[])
    : null;

/** Freeze the draft into a version that the API serves. Errors in the flow are listed and keep it from happening. */
export function PublishDialog({ app, autosave, onClose }: Props) {
  const { t } = useTranslation("canvas");
  const store = useEditorStore();
  const client = useQueryClient();
  const problems = useEditor((state) => state.problems);
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const publish = useMutation({
    mutationFn: async () => {
      if (autosave && !(await autosave.flush()))
        throw new ApiError({ code: "draft_not_saved", message: t("publish.notSaved"), status: 0, details: {} });
      const { workspaceId, appId } = store.getState();
      return publishVersion(workspaceId, appId, { name: name.trim(), note: note.trim() });
    },
    onSuccess: () => {
      const { workspaceId, appId } = store.getState();
      for (const queryKey of [keys.versions(workspaceId, appId), keys.app(workspaceId, appId), keys.apps(workspaceId)]) {
        void client.invalidateQueries({ queryKey });
      }
    },
    onError: (error) => {
      const found = problemsOf(error);
      if (found) store.actions.setProblems(found);
    },
  });
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(publish.data ? "publish.doneTitle" : "publish.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {publish.data ? (
        <Published version={publish.data} appId={app.id} onClose={onClose} />
      ) : (
        <Stack>
          <Text size="sm">{app.published ? t("publish.intro", { number: app.published.number }) : t("publish.introFirst")}</Text>
          {problems.length > 0 && <ProblemList problems={problems} onGo={onClose} />}
          <TextInput
            label={t("publish.name")}
            placeholder={t("publish.namePlaceholder")}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label={t("publish.note")}
            placeholder={t("publish.notePlaceholder")}
            maxLength={2000}
            rows={3}
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {publish.error && !problemsOf(publish.error) && <ErrorState error={publish.error} onRetry={() => publish.mutate()} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button disabled={errors > 0} loading={publish.isPending} onClick={() => publish.mutate()}>
              {t("publish.button")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function ProblemList({ problems, onGo }: { problems: readonly Problem[]; onGo: () => void }) {
  const { t } = useTranslation("canvas");
  const words = useProblemText();
  const { actions, getState } = useEditorStore();
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return (
    <div>
      <Text size="sm" fw={600}>
        {errors ? t("publish.errors", { count: errors }) : t("publish.warnings", { count: problems.length })}
      </Text>
      <ul className={classes.problems}>
        {problems.map((problem) => {
          const title = problem.node_id ? nodeById(getState().document, problem.node_id)?.data.title : undefined;
          return (
            <li key={`${problem.node_id}${problem.code}${problem.field}`} data-severity={problem.severity}>
              {problem.severity === "error" ? (
                <IconCircleX size={16} aria-label={t("publish.error")} />
              ) : (
                <IconAlertTriangle size={16} aria-label={t("publish.warning")} />
              )}
              <span>{title ? t("publish.problemAt", { title, problem: words(problem) }) : words(problem)}</span>
              {problem.node_id && (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => {
                    onGo();
                    actions.focusField(problem.node_id!, problem.field);
                  }}
                >
                  {t("publish.go")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Published({ version, appId, onClose }: { version: Version; appId: string; onClose: () => void }) {
  const { t } = useTranslation("canvas");
  return (
    <Stack>
      <Group wrap="nowrap" align="flex-start">
        <IconCircleCheck size={22} color="var(--tm-good)" aria-hidden />
        <Text size="sm" role="status">
          {t("publish.done", { number: version.number })}
        </Text>
      </Group>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("publish.backToCanvas")}
        </Button>
        <ButtonLink to="/app/$appId/publish" params={{ appId }}>
          {t("publish.api")}
        </ButtonLink>
      </Group>
    </Stack>
  );
}
