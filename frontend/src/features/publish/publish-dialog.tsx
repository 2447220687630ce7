import { Button, Group, Modal, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, FlowDocument, Problem } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { isDrawn } from "@/features/apps/apps-search";
import { publishVersion } from "@/features/canvas/data";
import { Nothing, WhatChanged } from "@/features/canvas/versions/what-changed";
import { useWorkspace } from "@/lib/use-workspace";
import { ProblemList } from "./problem-list";
import classes from "./publish-page.module.css";
import { Published } from "./published";

interface Props {
  app: App;
  /** What becomes the version. */
  draft: FlowDocument;
  problems: readonly Problem[];
  /** Saves what is unsaved; false when that did not work. */
  save?: () => Promise<boolean>;
  onProblems?: (problems: Problem[]) => void;
  /** Opens what a problem is about; left out where nothing can be opened. */
  onGo?: (problem: Problem) => void;
  onClose: () => void;
}

const NOTE_CHARS = 2000;

const problemsOf = (error: unknown): Problem[] | null =>
  error instanceof ApiError && error.code === "flow_has_errors" && Array.isArray(error.details.problems)
    ? (error.details.problems as Problem[])
    : null;

/** Freeze the draft into a version that answers from then on: what changed, what stands against it, a note, and where it answers. */
export function PublishDialog({ app, draft, problems, save, onProblems, onGo, onClose }: Props) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [told, setTold] = useState<string[]>([]);
  const publish = useMutation({
    mutationFn: async () => {
      if (save && !(await save())) throw new ApiError({ code: "draft_not_saved", message: t("publish.notSaved"), status: 0, details: {} });
      return publishVersion(workspace.id, app.id, { name: name.trim(), note: note.trim() });
    },
    onSuccess: () => {
      const of = [
        keys.versions(workspace.id, app.id),
        keys.app(workspace.id, app.id),
        keys.apps(workspace.id),
        keys.site(workspace.id, app.id),
      ];
      for (const queryKey of of) void client.invalidateQueries({ queryKey });
    },
    onError: (error) => {
      const found = problemsOf(error);
      if (found) onProblems?.(found);
    },
  });
  // The version that was live when the dialog opened: publishing must not change what is told here.
  const [live] = useState(app.published);
  const refused = problemsOf(publish.error);
  const listed = refused ?? problems;
  const errors = listed.filter((problem) => problem.severity === "error").length;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(publish.data ? "publish.doneTitle" : "publish.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {publish.data ? (
        <Published version={publish.data} app={app} onClose={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            publish.mutate();
          }}
        >
          <Stack>
            <Text size="sm">{live ? t("publish.intro", { number: live.number }) : t("publish.introFirst")}</Text>
            {live && (
              <section aria-labelledby="publish-changes">
                <Group justify="space-between" gap="xs" mb={4}>
                  <Title order={3} size="h6" id="publish-changes">
                    {t("publish.changes", { number: live.number })}
                  </Title>
                  {isDrawn(app.mode) && (
                    <ButtonLink
                      to="/app/$appId/canvas"
                      params={{ appId: app.id }}
                      search={{ panel: "versions", version: live.id, diff: "draft" }}
                      size="compact-xs"
                      variant="subtle"
                      leftSection={<IconGitCompare size={13} aria-hidden />}
                      onClick={onClose}
                    >
                      {t("publish.show")}
                    </ButtonLink>
                  )}
                </Group>
                <WhatChanged
                  appId={app.id}
                  version={live.id}
                  draft={draft}
                  nothing={<Nothing>{t("publish.noChanges", { number: live.number })}</Nothing>}
                  onTold={setTold}
                />
              </section>
            )}
            <section aria-labelledby="publish-checklist">
              <Title order={3} size="h6" mb={4} id="publish-checklist">
                {t("publish.checklist")}
              </Title>
              <ProblemList problems={listed} draft={draft} onGo={onGo && ((problem) => (onClose(), onGo(problem)))} />
            </section>
            <TextInput
              label={t("publish.name")}
              placeholder={t("publish.namePlaceholder")}
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <div>
              <Textarea
                label={t("publish.note")}
                placeholder={t("publish.notePlaceholder")}
                maxLength={NOTE_CHARS}
                autosize
                minRows={2}
                maxRows={6}
                data-autofocus
                value={note}
                onChange={(event) => setNote(event.currentTarget.value)}
              />
              {told.length > 0 && !note && (
                <Button size="compact-xs" variant="subtle" mt={4} onClick={() => setNote(told.join("\n").slice(0, NOTE_CHARS))}>
                  {t("publish.useAsNote")}
                </Button>
              )}
            </div>
            {publish.error && !refused && <ErrorState error={publish.error} onRetry={() => publish.mutate()} />}
            <Group justify="flex-end" className={classes.dialogEnd}>
              <Button variant="default" onClick={onClose}>
                {t("cancel")}
              </Button>
              <Button type="submit" disabled={errors > 0} loading={publish.isPending}>
                {t("publish.button")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
