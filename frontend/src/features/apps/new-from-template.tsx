import {
  Badge,
  Button,
  Code,
  Group,
  Paper,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { templatesQuery } from "@/features/apps/app-queries";
import { FlowPreview } from "@/features/apps/flow-preview";
import classes from "@/features/apps/new-app-page.module.css";
import { useStartFromTemplate } from "@/features/apps/use-start-from-template";
import { includesText } from "@/lib/search-text";
import { useLocalized } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  chosen: string | undefined;
  onChoose: (templateId: string) => void;
}

export function NewFromTemplate({ chosen, onChoose }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const localized = useLocalized();
  const { data, error, isPending, refetch } = useQuery(templatesQuery(workspace.id));
  const [wanted, setWanted] = useState("");
  const [category, setCategory] = useState("all");

  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton height={320} />;
  const categories = [...new Set(data.map((template) => template.category))];
  const shown = data.filter(
    (template) =>
      (category === "all" || template.category === category) &&
      includesText(`${localized(template.name)} ${localized(template.description)}`, wanted),
  );
  const template = shown.find((one) => one.id === chosen) ?? shown[0];
  return (
    <>
      <Group mb="md" gap="sm">
        <TextInput
          flex="1 1 14rem"
          maw="24rem"
          aria-label={t("template.search")}
          placeholder={t("template.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t("template.category")}
          value={category}
          onChange={setCategory}
          data={[
            { value: "all", label: t("template.all") },
            ...categories.map((one) => ({ value: one, label: t(`category.${one}`, { defaultValue: one }) })),
          ]}
        />
      </Group>
      {!template && (
        <EmptyState title={t("template.none")}>
          <Button
            variant="default"
            onClick={() => {
              setWanted("");
              setCategory("all");
            }}
          >
            {t("empty.clearFilter")}
          </Button>
        </EmptyState>
      )}
      {template && (
        <div className={classes.split}>
          <ul className={classes.list} aria-label={t("new.tab.template")}>
            {shown.map((one) => (
              <li key={one.id}>
                <UnstyledButton className={classes.row} aria-pressed={one.id === template.id} onClick={() => onChoose(one.id)}>
                  <AppIcon app={one} size={32} />
                  <span className={classes.rowText}>
                    <Text span size="sm" fw={600}>
                      {localized(one.name)}
                    </Text>
                    <Text span size="xs" c="dimmed">
                      {t(`common:mode.${one.mode}`)}
                    </Text>
                  </span>
                </UnstyledButton>
              </li>
            ))}
          </ul>
          <TemplateDetail key={template.id} template={template} />
        </div>
      )}
    </>
  );
}

function sampleText(template: Template): string {
  const inputs = Object.entries(template.sample_inputs).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return [...inputs, template.sample_query].filter(Boolean).join("\n");
}

function TemplateDetail({ template }: { template: Template }) {
  const { t } = useTranslation(["apps", "common"]);
  const localized = useLocalized();
  const { start, busy, error } = useStartFromTemplate();
  const sample = sampleText(template);
  return (
    <Paper component="section" withBorder radius="md" p="lg" aria-label={localized(template.name)}>
      <Stack>
        <Group gap="sm" wrap="nowrap">
          <AppIcon app={template} size={44} />
          <div>
            <Title order={2} size="h4">
              {localized(template.name)}
            </Title>
            <Badge variant="default" tt="none" fw={500}>
              {t(`common:mode.${template.mode}`)}
            </Badge>
          </div>
        </Group>
        <Text>{localized(template.description)}</Text>
        <FlowPreview document={template.document} />
        {sample && (
          <div>
            <Text size="sm" fw={600} mb={4}>
              {t("template.sample")}
            </Text>
            <Code block className={classes.sample}>
              {sample}
            </Code>
          </div>
        )}
        {error && <ErrorState error={error} />}
        <Group>
          <Button onClick={() => start(template)} loading={busy !== undefined}>
            {t("template.use")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("template.demoNote")}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
