import { Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Site } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { IconPicker } from "@/features/apps/icon-picker";
import { Failure } from "@/features/publish/failure";
import { changedTexts, type Looks, looksOf } from "@/features/publish/looks";
import { useSaveSite } from "@/features/publish/site-queries";
import { fieldErrors } from "@/lib/field-errors";
import { useWorkspace } from "@/lib/use-workspace";

/** The accent of a page that has none of its own. */
const USUAL = "#1B6F86";
const LANGUAGES = [
  { value: "en-US", label: "English" },
  { value: "zh-Hans", label: "简体中文" },
];

/** What the app's page says and how it looks. Its greeting is part of the app itself. */
export function SiteLooks({ app, site }: { app: App; site: Site }) {
  const { t } = useTranslation(["publish", "common"]);
  const mayPublish = useWorkspace().can("app.publish");
  const save = useSaveSite(app.id);
  const [looks, setLooks] = useState<Looks>(() => looksOf(site));
  const change = changedTexts(site, looks);
  const dirty = Object.keys(change).length > 0;
  const all = fieldErrors(save.error);
  const error = (name: keyof Looks) => all[`texts.${name}`] ?? all[name];
  const set = (patch: Partial<Looks>) => setLooks((old) => ({ ...old, ...patch }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ texts: change }, { onSuccess: (saved) => setLooks(looksOf(saved)) });
  };
  const line = (name: "title" | "input_placeholder" | "copyright" | "privacy_policy", most: number) => (
    <TextInput
      label={t(`looks.${name}`)}
      description={t(`looks.${name}Hint`)}
      value={looks[name]}
      error={error(name)}
      maxLength={most}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!mayPublish} style={{ border: 0, margin: 0, padding: 0 }}>
        <Text component="legend" size="sm" fw={600} mb="xs">
          {t("looks.label")}
        </Text>
        <Stack>
          <Group align="flex-end" wrap="nowrap">
            <IconPicker value={looks} onChange={set} />
            <div style={{ flex: 1 }}>{line("title", 100)}</div>
          </Group>
          <Textarea
            label={t("looks.description")}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={2000}
            value={looks.description}
            error={error("description")}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NativeSelect
              label={t("looks.default_language")}
              description={t("looks.default_languageHint")}
              value={looks.default_language}
              data={LANGUAGES}
              onChange={(event) => set({ default_language: event.currentTarget.value })}
            />
            <Accent
              value={looks.chat_color_theme}
              error={error("chat_color_theme")}
              onChange={(color) => set({ chat_color_theme: color })}
            />
            {line("input_placeholder", 100)}
            {line("copyright", 200)}
          </SimpleGrid>
          {line("privacy_policy", 2000)}
          <Textarea
            label={t("looks.custom_disclaimer")}
            description={t("looks.custom_disclaimerHint")}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={1000}
            value={looks.custom_disclaimer}
            error={error("custom_disclaimer")}
            onChange={(event) => set({ custom_disclaimer: event.currentTarget.value })}
          />
          <Checkbox
            label={t("looks.show_workflow_steps")}
            checked={looks.show_workflow_steps}
            onChange={(event) => set({ show_workflow_steps: event.currentTarget.checked })}
          />
          <Checkbox
            label={t("looks.use_icon_as_answer_icon")}
            checked={looks.use_icon_as_answer_icon}
            onChange={(event) => set({ use_icon_as_answer_icon: event.currentTarget.checked })}
          />
          <Text size="sm" c="dimmed">
            {t("looks.greeting")}{" "}
            <AnchorLink to="/app/$appId/canvas" params={{ appId: app.id }} size="sm" underline="always">
              {t("looks.greetingLink")}
            </AnchorLink>
          </Text>
          {Object.keys(all).length === 0 && <Failure error={save.error} />}
          <Group>
            <Button type="submit" disabled={!dirty} loading={save.isPending}>
              {t("common:action.save")}
            </Button>
            {dirty && (
              <Button variant="subtle" onClick={() => setLooks(looksOf(site))}>
                {t("looks.discard")}
              </Button>
            )}
          </Group>
        </Stack>
      </fieldset>
    </form>
  );
}

/** A colour by the browser's own chooser; empty is the page's usual one. */
function Accent({ value, error, onChange }: { value: string; error: string | undefined; onChange: (color: string) => void }) {
  const { t } = useTranslation(["publish", "common"]);
  return (
    <TextInput
      label={t("looks.chat_color_theme")}
      description={t("looks.chat_color_themeHint")}
      placeholder={USUAL}
      value={value}
      error={error}
      maxLength={7}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
      rightSection={
        <input
          type="color"
          aria-label={t("looks.chooseColor")}
          value={/^#[0-9a-f]{6}$/i.test(value) ? value : USUAL}
          onChange={(event) => onChange(event.currentTarget.value.toUpperCase())}
          style={{ width: 24, height: 24, padding: 0, border: 0, background: "none", cursor: "pointer" }}
        />
      }
    />
  );
}
