import { Alert, Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Annotation } from "@/api/types";
import { useSaveAnnotation } from "@/features/insights/insights-mutations";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";

/** A question and the answer to it. */
export function AnnotationDialog({ appId, annotation, onClose }: { appId: string; annotation: Annotation | null; onClose: () => void }) {
  const { t } = useTranslation(["annotations", "common"]);
  const words = useErrorText();
  const save = useSaveAnnotation(appId);
  const [question, setQuestion] = useState(annotation?.question ?? "");
  const [answer, setAnswer] = useState(annotation?.answer ?? "");
  const fields = fieldErrors(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ id: annotation?.id, question: question.trim(), answer: answer.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t(annotation ? "edit" : "add")} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={t("column.question")}
            autosize
            minRows={2}
            maxRows={8}
            value={question}
            error={fields.question}
            onChange={(event) => setQuestion(event.currentTarget.value)}
            data-autofocus
          />
          <Textarea
            label={t("column.answer")}
            description={t("answerHint")}
            autosize
            minRows={4}
            maxRows={16}
            value={answer}
            error={fields.answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
          {save.error && Object.keys(fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={!question.trim() || !answer.trim()} loading={save.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
