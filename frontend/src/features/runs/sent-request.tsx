import { Stack, Text } from "@mantine/core";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Fold, JsonFold } from "./json-view";
import { promptsOf, replyOf, requestOf } from "./step-process";

/** What a step sent: its prompts or its HTTP request, and, where it failed, what the model had said. */
export function SentRequest({ process, open, failed }: { process: Record<string, unknown>; open: boolean; failed: boolean }) {
  const { t } = useTranslation("runs");
  const prompts = promptsOf(process);
  const request = requestOf(process);
  const reply = failed ? replyOf(process) : null;
  return (
    <>
      {prompts.length > 0 && (
        <Fold title={t("step.prompt")} copy={prompts.map((prompt) => `${prompt.role}: ${prompt.text}`).join("\n\n")} open={open}>
          <Stack gap="xs">
            {prompts.map((prompt, index) => (
              <div key={index}>
                <Text size="xs" c="dimmed">
                  {t(`role.${prompt.role}`, prompt.role)}
                </Text>
                <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{prompt.text}</div>
                {prompt.files > 0 && (
                  <Text size="xs" c="dimmed">
                    {t("step.files", { count: prompt.files })}
                  </Text>
                )}
              </div>
            ))}
          </Stack>
        </Fold>
      )}
      {request && (
        <Fold title={t("step.request")} copy={request} open={open}>
          <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{request}</div>
        </Fold>
      )}
      {reply && (
        <Suspense fallback={null}>
          <Reply reply={reply} />
        </Suspense>
      )}
    </>
  );
}

function Reply({ reply }: { reply: string }) {
  const { t } = useTranslation("failures");
  return <JsonFold title={t("reply")} value={reply} open />;
}
