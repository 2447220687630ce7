import { Button, Code, CopyButton, Group, Skeleton, Tabs, Text, Title } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { EXAMPLE_LANGUAGES, exampleCode, KEY_PLACEHOLDER } from "@/features/publish/examples";
import { flowQuery } from "@/features/publish/publish-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** How to call this very app, with its own variables. */
export function ApiExamples({ app }: { app: App }) {
  const { t } = useTranslation(["publish", "common"]);
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(flowQuery(workspace.id, app));
  const [language, setLanguage] = useState(EXAMPLE_LANGUAGES[0] ?? "curl");
  const document = data?.document;
  const code = document ? exampleCode(language, app.mode, document) : "";
  return (
    <section aria-labelledby="examples-title">
      <Title order={2} size="h4" id="examples-title">
        {t("examples.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("examples.hint", { key: KEY_PLACEHOLDER })}
      </Text>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={180} />}
      {document && (
        <Tabs value={language} onChange={(value) => setLanguage(EXAMPLE_LANGUAGES.find((one) => one === value) ?? language)}>
          <Group justify="space-between" wrap="nowrap">
            <Tabs.List>
              {EXAMPLE_LANGUAGES.map((one) => (
                <Tabs.Tab key={one} value={one}>
                  {t(`examples.${one}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <CopyButton value={code}>
              {({ copied, copy }) => (
                <Button
                  size="xs"
                  variant="default"
                  onClick={copy}
                  leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
                >
                  {copied ? t("common:action.copied") : t("common:action.copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
          {EXAMPLE_LANGUAGES.map((one) => (
            <Tabs.Panel key={one} value={one} pt="xs">
              <Code block tabIndex={0} aria-label={t(`examples.${one}`)} role="region">
                {one === language ? code : ""}
              </Code>
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </section>
  );
}
