import { Alert, Button, Group, Paper, Radio, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AppMode } from "@/api/types";
import { useCreateApp } from "@/features/apps/app-mutations";
import { APP_MODES } from "@/features/apps/apps-search";
import { ModePicture } from "@/features/apps/mode-picture";
import classes from "@/features/apps/new-app-page.module.css";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";

/** An empty app of one kind; kinds are told apart by what they do, in a line and a picture, rather than by name. */
export function NewFromBlank() {
  const { t } = useTranslation(["apps", "common"]);
  const words = useErrorText();
  const navigate = useNavigate();
  const create = useCreateApp();
  const [mode, setMode] = useState<AppMode>("workflow");
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const fields = fieldErrors(create.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name: name.trim() || t(`new.defaultName.${mode}`), mode, description: description.trim() },
      { onSuccess: (app) => void navigate({ to: "/app/$appId/canvas", params: { appId: app.id } }) },
    );
  };
  return (
    <Paper component="form" withBorder radius="md" p="lg" maw="56rem" onSubmit={submit}>
      <Stack>
        <Radio.Group label={t("new.kind")} value={mode} onChange={(value) => setMode(APP_MODES.find((one) => one === value) ?? "workflow")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs">
            {APP_MODES.map((one) => (
              <label key={one} className={classes.kind} data-checked={mode === one || undefined} htmlFor={`mode-${one}`}>
                <Radio id={`mode-${one}`} value={one} aria-label={t(`common:mode.${one}`)} aria-describedby={`mode-${one}-hint`} />
                <span className={classes.kindText}>
                  <Text span fw={600} display="block">
                    {t(`common:mode.${one}`)}
                  </Text>
                  <Text span size="sm" c="dimmed" id={`mode-${one}-hint`}>
                    {t(`new.kindHint.${one}`)}
                  </Text>
                </span>
                <ModePicture mode={one} />
              </label>
            ))}
          </SimpleGrid>
        </Radio.Group>
        <TextInput
          label={t("field.name")}
          placeholder={t(`new.defaultName.${mode}`)}
          maxLength={200}
          value={name}
          error={fields.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t("field.description")}
          autosize
          minRows={2}
          maxRows={6}
          value={description}
          error={fields.description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        {create.error && Object.keys(fields).length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {words(create.error)}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={create.isPending}>
            {t("new.create")}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
