import { Alert, Button, Group, List, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App, Draft } from "@/api/types";
import { HeaderSlot } from "@/components/header-slot";
import { useProblemText } from "@/features/panel/form/use-problem-text";
import { InputsForm } from "@/features/runs/inputs-form";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";
import { ContextPart } from "./context-part";
import { FeaturesPart } from "./features-part";
import { FollowRun } from "./follow-run";
import { InputsPart } from "./inputs-part";
import { ModelPart } from "./model-part";
import { PromptPart } from "./prompt-part";
import classes from "./simple-page.module.css";
import { SimpleTools } from "./simple-tools";
import { TryChat } from "./try-chat";
import { TryOnce } from "./try-once";
import { type EditedSettings, useSettings } from "./use-settings";
import { useTry } from "./use-try";

/** The settings of a chat, an agent or a text generation on the left, the app itself to try on the right. */
export default function SimplePage({ app, draft }: { app: App; draft: Draft }) {
  const { t } = useTranslation("simple");
  const workspace = useWorkspace();
  const edited = useSettings(app, draft);
  const test = useTry(app.id, edited.settings, edited.flush);
  const part = { settings: edited.settings, readOnly: !workspace.can("app.edit"), onChange: edited.change };
  return (
    <div className={classes.page}>
      <VisuallyHidden>
        <h1>{app.name}</h1>
      </VisuallyHidden>
      <HeaderSlot>
        <SimpleTools app={app} edited={edited} />
      </HeaderSlot>
      <section className={classes.settings} aria-label={t("settings")}>
        <Stack>
          <Notes edited={edited} />
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
          <InputsForm fields={test.fields} values={test.values} errors={test.errors} onChange={test.setValue} />
        </Stack>
        <div className={classes.answer}>
          {app.mode === "completion" ? (
            <TryOnce appId={app.id} test={test} />
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
      {edited.state === "failed" && (
        <Alert color="red" variant="light" role="alert">
          {words(edited.error)}
        </Alert>
      )}
      {edited.problems.length > 0 && (
        <Alert color="yellow" variant="light" title={t("problems")}>
          <List size="sm">
            {edited.problems.map((one, index) => (
              <List.Item key={index}>
                {problem(one)}{" "}
                <Text span size="xs" c="dimmed">
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
