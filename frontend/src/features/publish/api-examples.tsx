import { Skeleton, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { CodeSample } from "@/features/publish/code-sample";
import { EXAMPLE_LANGUAGES, exampleCode, KEY_PLACEHOLDER } from "@/features/publish/examples";
import { flowQuery } from "@/features/publish/publish-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** How to call this very app, with its own variables. */
export function ApiExamples({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(flowQuery(workspace.id, app));
  const [language, setLanguage] = useState(EXAMPLE_LANGUAGES[0] ?? "curl");
  const document = data?.document;
  const code = document ? exampleCode(language, app.mode, document) : "";
  return (
    <section aria-labelledby="examples-title">
      <Title order={3} size="h5" id="examples-title">
        {t("examples.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("examples.hint", { key: KEY_PLACEHOLDER })}
      </Text>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={180} />}
      {document && (
        <Tabs value={language} onChange={(value) => setLanguage(EXAMPLE_LANGUAGES.find((one) => one === value) ?? language)}>
          <Tabs.List mb="xs">
            {EXAMPLE_LANGUAGES.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`examples.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {EXAMPLE_LANGUAGES.map((one) => (
            <Tabs.Panel key={one} value={one}>
              {one === language && <CodeSample label={t(`examples.${one}`)} code={code} />}
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </section>
  );
}
