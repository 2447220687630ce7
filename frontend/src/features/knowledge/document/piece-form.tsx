import { Alert, Button, Group, Stack, TagsInput, Textarea } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnowledgeDocument, Segment } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import type { NewSegment } from "@/features/knowledge/document/segment-mutations";
import { useErrorText } from "@/lib/use-error-text";

const MAX_KEYWORDS = 50;

interface Props {
  document: KnowledgeDocument;
  piece?: Segment;
  error: unknown;
  saving: boolean;
  onSave(piece: NewSegment): void;
  onCancel(): void;
}

/** The words of a piece: its text, or question and answer, and its keywords. */
export function PieceForm({ document, piece, error, saving, onSave, onCancel }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const [content, setContent] = useState(piece?.content ?? "");
  const [answer, setAnswer] = useState(piece?.answer ?? "");
  const [keywords, setKeywords] = useState<string[]>(piece?.keywords ?? []);
  const pairs = document.doc_form === "qa_model";
  const complete = content.trim() !== "" && (!pairs || answer.trim() !== "");

  const changed =
    content !== (piece?.content ?? "") || answer !== (piece?.answer ?? "") || keywords.join("\n") !== (piece?.keywords ?? []).join("\n");
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => changed && current.pathname !== next.pathname,
    enableBeforeUnload: changed,
    withResolver: true,
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave({ content, keywords, ...(pairs ? { answer } : {}) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          size="sm"
          label={t(pairs ? "form.question" : "form.content")}
          autosize
          minRows={pairs ? 1 : 4}
          maxRows={20}
          value={content}
          onChange={(event) => setContent(event.currentTarget.value)}
          data-autofocus
          autoFocus
        />
        {pairs && (
          <Textarea
            size="sm"
            label={t("form.answer")}
            autosize
            minRows={2}
            maxRows={20}
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
        )}
        <TagsInput
          size="sm"
          label={t("form.keywords")}
          description={t("form.keywordsHint")}
          maxTags={MAX_KEYWORDS}
          value={keywords}
          onChange={setKeywords}
        />
        {error !== null && error !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {words(error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={onCancel}>
            {t("common:action.cancel")}
          </Button>
          <Button size="xs" type="submit" loading={saving} disabled={!complete}>
            {t("common:action.save")}
          </Button>
        </Group>
      </Stack>
      {leaving.status === "blocked" && (
        <ConfirmDialog
          title={t("form.leaveTitle")}
          text={t("form.leaveText")}
          confirm={t("form.leave")}
          onConfirm={leaving.proceed}
          onClose={leaving.reset}
        />
      )}
    </form>
  );
}
