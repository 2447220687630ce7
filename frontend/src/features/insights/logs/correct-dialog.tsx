import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Turn } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { useCorrectAnswer } from "@/features/insights/insights-mutations";
import { annotationSettingsQuery } from "@/features/insights/insights-queries";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  turn: Turn;
  appId: string;
  conversationId: string;
  onClose: () => void;
}

/** Says what should have been answered; from then on like questions may get that answer. */
export function CorrectDialog({ turn, appId, conversationId, onClose }: Props) {
  const { t } = useTranslation(["logs", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const { data: settings } = useQuery(annotationSettingsQuery(workspace.id, appId));
  const correct = useCorrectAnswer(appId, conversationId);
  const [question, setQuestion] = useState(turn.annotation?.question ?? turn.query);
  const [answer, setAnswer] = useState(turn.annotation?.answer ?? turn.answer);
  const fields = fieldErrors(correct.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    correct.mutate({ message: turn.id, question: question.trim(), answer: answer.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t(turn.annotation ? "correct.change" : "correct.action")} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={t("correct.question")}
            autosize
            minRows={1}
            maxRows={6}
            value={question}
            error={fields.question}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
          <Textarea
            label={t("correct.answer")}
            autosize
            minRows={4}
            maxRows={16}
            value={answer}
            error={fields.answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
            data-autofocus
          />
          {settings && (
            <Text size="sm" c="dimmed">
              {settings.enabled ? t("correct.used") : t("correct.unused")}{" "}
              <AnchorLink to="/app/$appId/annotations" params={{ appId }} size="sm" underline="always">
                {t("correct.settings")}
              </AnchorLink>
            </Text>
          )}
          {correct.error && Object.keys(fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {words(correct.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={!question.trim() || !answer.trim()} loading={correct.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
