import { CloseButton, Group, Paper, Progress, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { PlainLink } from "@/components/links";
import { credentialsQuery } from "@/features/models/model-queries";
import classes from "@/features/home/setup-checklist.module.css";
import { useWorkspace } from "@/lib/use-workspace";

interface Step {
  key: "app" | "run" | "model" | "publish";
  done: boolean;
  to: string;
  search?: Record<string, string>;
}

/** The four things that make the place usable. Goes away by itself when all are done, or when closed. */
export function SetupChecklist({ apps }: { apps: readonly App[] }) {
  const { t } = useTranslation("home");
  const workspace = useWorkspace();
  const stored = `tidemill-checklist-${workspace.id}`;
  const [closed, setClosed] = useState(() => localStorage.getItem(stored) === "closed");
  const mayManage = workspace.can("credential.manage");
  const { data: credentials } = useQuery({ ...credentialsQuery(workspace.id), enabled: mayManage && !closed });
  if (closed || !workspace.can("app.edit") || (mayManage && !credentials)) return null;

  const latest = apps[0];
  const canvas = latest ? `/app/${latest.id}/canvas` : "/apps/new";
  const steps: Step[] = [
    { key: "app", done: apps.length > 0, to: "/apps/new" },
    { key: "run", done: apps.some((app) => app.last_run), to: canvas },
    ...(mayManage
      ? [{ key: "model" as const, done: (credentials?.length ?? 0) > 0, to: "/settings/models", search: { add: "pick" } }]
      : []),
    { key: "publish", done: apps.some((app) => app.published), to: latest ? `/app/${latest.id}/publish` : "/apps/new" },
  ];
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;

  const close = () => {
    localStorage.setItem(stored, "closed");
    setClosed(true);
  };
  return (
    <Paper component="section" withBorder radius="md" p="md" mt={apps.length > 0 ? 0 : "xl"} mb="xl" aria-labelledby="checklist-title">
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={2} size="h5" id="checklist-title">
          {t("checklist.title")}
        </Title>
        <Group gap="sm" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {t("checklist.progress", { done, total: steps.length })}
          </Text>
          <CloseButton aria-label={t("checklist.close")} onClick={close} />
        </Group>
      </Group>
      <Progress value={(done / steps.length) * 100} size="xs" mb="sm" aria-label={t("checklist.progress", { done, total: steps.length })} />
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step.key}>
            <PlainLink to={step.to} search={step.search} className={classes.step} disabled={step.done} data-done={step.done || undefined}>
              <ThemeIcon size={22} radius="xl" variant={step.done ? "filled" : "default"} color="tide">
                {step.done && <IconCheck size={14} aria-hidden />}
              </ThemeIcon>
              <span>
                <Text span size="sm" fw={600} display="block">
                  {step.done ? t("checklist.done", { step: t(`checklist.${step.key}`) }) : t(`checklist.${step.key}`)}
                </Text>
                <Text span size="xs" c="dimmed">
                  {t(`checklist.${step.key}Hint`)}
                </Text>
              </span>
            </PlainLink>
          </li>
        ))}
      </ol>
    </Paper>
  );
}
