import { Alert, Button, Group, List, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { App, Draft } from "@/api/types";
import { HeaderSlot } from "@/components/header-slot";
import { useProblemText } from "@/lib/use-problem-text";
import { InputsForm } from "@/features/runs/inputs-form";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";
import { AgentNote } from "./agent-note";
import { type Variant, withVariant } from "./compare/variants";
import { ContextPart } from "./context-part";
import { FeaturesPart } from "./features-part";
import { FollowRun } from "./follow-run";
import { InputsPart } from "./inputs-part";
import { ModelPart } from "./model-part";
import { PromptPart } from "./prompt-part";
import type { PartProps } from "./section";
import classes from "./simple-page.module.css";
import { SimpleTools } from "./simple-tools";
import { TryChat } from "./try-chat";
import { TryOnce } from "./try-once";
import { type EditedSettings, useSettings } from "./use-settings";
import { type Try, useTry } from "./use-try";

const ComparePage = lazy(() => import("./compare/compare-page"));

/** The settings of a chat, an agent or a text generation on the left, the app itself to try on the right. */
export default function SimplePage({ app, draft }: { app: App; draft: Draft }) {
  const { t } = useTranslation("simple");
  const workspace = useWorkspace();
  const edited = useSettings(app, draft);
  const test = useTry(app.id, edited.settings, edited.flush);
  const { panel } = useSearch({ strict: false });
  const navigate = useNavigate();
  const comparing = panel === "compare" && workspace.can("app.edit");
  const compare = (on: boolean) =>
    void navigate({ to: "/app/$appId/canvas", params: { appId: app.id }, search: on ? { panel: "compare" } : {}, replace: true });
  const use = (variant: Variant, name: string) => {
    edited.change(withVariant(edited.settings, variant));
    compare(false);
    notifications.show({ message: t("used", { letter: name }) });
  };
  const part = { settings: edited.settings, readOnly: !workspace.can("app.edit"), onChange: edited.change };
  return (
    <>
      <VisuallyHidden>
        <h1>{app.name}</h1>
      </VisuallyHidden>
      <HeaderSlot>
        <SimpleTools app={app} edited={edited} comparing={comparing} onCompare={compare} />
      </HeaderSlot>
      {comparing ? (
        <Suspense fallback={<Skeleton height="100%" />}>
          <ComparePage app={app} settings={edited.settings} onUse={use} onClose={() => compare(false)} />
        </Suspense>
      ) : (
        <Settings app={app} edited={edited} part={part} test={test} />
      )}
    </>
  );
}

interface SettingsProps {
  app: App;
  edited: EditedSettings;
  part: PartProps;
  test: Try;
}

function Settings({ app, edited, part, test }: SettingsProps) {
  const { t } = useTranslation("simple");
  return (
    <div className={classes.page}>
      <section className={classes.settings} aria-label={t("settings")}>
        <Stack>
          <Notes edited={edited} />
          {app.mode === "agent-chat" && <AgentNote />}
          <PromptPart {...part} />
          <ModelPart {...part} />
          <InputsPart {...part} />
          <ContextPart {...part} />
          <FeaturesPart {...part} mode={app.mode} />
        </Stack>
      </section>
      <section className={classes.try} aria-label={t("try.title")}>
        <Stack p="md" pb={0} gap="xs">
          <Title order={2} size="h5">
            {t("try.title")}
          </Title>
          {app.mode !== "completion" && (
            <InputsForm fields={test.fields} values={test.values} errors={test.errors} onChange={test.setValue} />
          )}
        </Stack>
        <div className={classes.answer}>
          {app.mode === "completion" ? (
            <TryOnce app={app} settings={edited.settings} test={test} flush={edited.flush} />
          ) : (
            <TryChat appId={app.id} settings={edited.settings} test={test} />
          )}
        </div>
        {test.runId && <FollowRun key={test.runId} runId={test.runId} onView={test.setView} />}
      </section>
    </div>
  );
}

/** What keeps the settings from being saved, and what is wrong with them. */
function Notes({ edited }: { edited: EditedSettings }) {
  const { t } = useTranslation("simple");
  const words = useErrorText();
  const problem = useProblemText();
  return (
    <>
      {edited.state === "conflict" && (
        <Alert color="yellow" variant="light" role="alert" title={t("conflict.title")}>
          <Group gap="xs" mt="xs">
            <Button size="xs" variant="default" onClick={edited.takeTheirs}>
              {t("conflict.theirs")}
            </Button>
            <Button size="xs" variant="default" onClick={edited.keepMine}>
              {t("conflict.mine")}
            </Button>
          </Group>
        </Alert>
      )}
      {edited.restored && (
        <Alert color="blue" variant="light" role="status">
          {t("restored")}
        </Alert>
      )}
      {(edited.state === "failed" || edited.state === "offline") && (
        <Alert color={edited.state === "offline" ? "yellow" : "red"} variant="light" role="alert">
          {edited.state === "offline" ? t("save.offlineHint") : words(edited.error)}
          <Button size="compact-xs" variant="default" ml="sm" onClick={() => void edited.flush()}>
            {t("save.retry")}
          </Button>
        </Alert>
      )}
      {edited.problems.length > 0 && (
        <Alert color="yellow" variant="light" title={t("problems")}>
          <List size="sm">
            {edited.problems.map((one, index) => (
              <List.Item key={index}>
                {problem(one)}{" "}
                <Text span size="xs" ff="monospace">
                  {one.field}
                </Text>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}
