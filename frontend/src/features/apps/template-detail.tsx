import { Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { ErrorState } from "@/components/error-state";
import classes from "@/features/apps/template-gallery.module.css";
import { outputsOf, samplesOf, stepsOf } from "@/features/apps/template-facts";
import { useStartFromTemplate } from "@/features/apps/use-start-from-template";
import { useLocalized } from "@/lib/use-language";

const FlowView = lazy(() => import("@/features/canvas/flow-view").then((module) => ({ default: module.FlowView })));

/** A template before an app is made of it: its graph on a canvas, its first input, what it gives back. */
export function TemplateDetail({ template }: { template: Template }) {
  const { t } = useTranslation(["apps", "common"]);
  const localized = useLocalized();
  const { start, busy, error } = useStartFromTemplate();
  const samples = samplesOf(template);
  const outputs = outputsOf(template);
  return (
    <Paper component="section" withBorder radius="md" className={classes.detail} aria-label={localized(template.name)}>
      <div className={classes.canvas}>
        <Suspense fallback={<Skeleton height="100%" radius={0} />}>
          <FlowView document={template.document} mode={template.mode} bare />
        </Suspense>
      </div>
      <Stack p="md" gap="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <AppIcon app={template} size={40} />
          <div>
            <Title order={2} size="h5">
              {localized(template.name)}
            </Title>
            <Group gap={6} mt={4}>
              <Badge variant="default" tt="none" fw={500}>
                {t(`common:mode.${template.mode}`)}
              </Badge>
              <Text size="xs" c="dimmed">
                {t("template.steps", { count: stepsOf(template) })}
              </Text>
            </Group>
          </div>
        </Group>
        <Text size="sm">{localized(template.description)}</Text>
        {error && <ErrorState error={error} />}
        <Group gap="sm">
          <Button onClick={() => start(template)} loading={busy !== undefined}>
            {t("template.use")}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {t("template.demoNote")}
          </Text>
        </Group>
        <div>
          <Text size="sm" fw={600} mb={4}>
            {t("template.sample")}
          </Text>
          <dl className={classes.sample}>
            {samples.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            {template.sample_query && (
              <div>
                <dt>{t("template.message")}</dt>
                <dd>{template.sample_query}</dd>
              </div>
            )}
          </dl>
        </div>
        <div>
          <Text size="sm" fw={600} mb={4}>
            {t("template.gives")}
          </Text>
          <Group gap={6}>
            {outputs.map((name) => (
              <Badge key={name} variant="light" tt="none" fw={500} ff="monospace">
                {name}
              </Badge>
            ))}
            {outputs.length === 0 && <Text size="sm">{t("template.givesAnswer")}</Text>}
          </Group>
        </div>
      </Stack>
    </Paper>
  );
}
