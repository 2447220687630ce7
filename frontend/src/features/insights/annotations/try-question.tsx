import { Alert, Badge, Button, Group, Table, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTryQuestion } from "@/features/insights/insights-mutations";
import { useErrorText } from "@/lib/use-error-text";

/** Shows which annotations are like a question, and which of them would answer it at the chosen threshold. */
export function TryQuestion({ appId, threshold }: { appId: string; threshold: number }) {
  const { t } = useTranslation("annotations");
  const words = useErrorText();
  const [question, setQuestion] = useState("");
  const attempt = useTryQuestion(appId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (question.trim()) attempt.mutate(question.trim());
  };
  const matches = attempt.data?.matches;
  return (
    <div>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs">
          <TextInput
            flex="1 1 18rem"
            maw={480}
            label={t("try.label")}
            description={t("try.hint")}
            value={question}
            maxLength={2000}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={attempt.isPending} disabled={!question.trim()}>
            {t("try.action")}
          </Button>
        </Group>
      </form>
      {attempt.error && (
        <Alert color="red" variant="light" mt="sm" role="alert">
          {words(attempt.error)}
        </Alert>
      )}
      {matches?.length === 0 && (
        <Text size="sm" c="dimmed" mt="sm" role="status">
          {t("try.nothing")}
        </Text>
      )}
      {matches && matches.length > 0 && (
        <Table mt="sm" verticalSpacing="xs" aria-label={t("try.results")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("hits.score")}</Table.Th>
              <Table.Th>{t("column.question")}</Table.Th>
              <Table.Th>{t("column.answer")}</Table.Th>
              <Table.Th>{t("try.outcome")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {matches.map((match, place) => {
              // The first that is alike enough answers; the threshold counts as the slider stands.
              const enough = match.score >= threshold;
              return (
                <Table.Tr key={match.id}>
                  <Table.Td>{match.score.toFixed(3)}</Table.Td>
                  <Table.Td>
                    <Text size="sm" lineClamp={2}>
                      {match.question}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" lineClamp={2}>
                      {match.answer}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={enough ? "teal" : "gray"} c="var(--mantine-color-text)" tt="none">
                      {t(enough ? (place === 0 ? "try.answers" : "try.alike") : "try.below")}
                    </Badge>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </div>
  );
}
