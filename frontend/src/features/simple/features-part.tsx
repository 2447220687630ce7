import { Group, NumberInput, Select, Switch, TagsInput, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AppMode } from "@/api/types";
import { AvoidedWords } from "./avoided-words";
import { type PartProps, Section } from "./section";
import { isOn, object, seesPictures, text, texts, withPictures } from "./settings";

/** What the app does beside answering. */
export function FeaturesPart({ settings, readOnly, onChange, mode }: PartProps & { mode: AppMode }) {
  const { t } = useTranslation("simple");
  const chats = mode !== "completion";
  const toggle = (name: string, enabled: boolean) => onChange({ ...settings, [name]: { ...object(settings[name]), enabled } });
  const upload = object(settings.file_upload);
  return (
    <Section title={t("features.title")}>
      {chats && (
        <>
          <Textarea
            label={t("features.opening")}
            autosize
            minRows={2}
            maxRows={6}
            value={text(settings.opening_statement)}
            readOnly={readOnly}
            onChange={(event) => onChange({ ...settings, opening_statement: event.currentTarget.value })}
          />
          <TagsInput
            label={t("features.suggested")}
            value={texts(settings.suggested_questions)}
            readOnly={readOnly}
            onChange={(suggested_questions) => onChange({ ...settings, suggested_questions })}
          />
          <Toggle
            name="suggested_questions_after_answer"
            on={isOn(settings.suggested_questions_after_answer)}
            onChange={toggle}
            readOnly={readOnly}
          />
        </>
      )}
      <Toggle name="retriever_resource" on={isOn(settings.retriever_resource)} onChange={toggle} readOnly={readOnly} />
      {!chats && <Toggle name="more_like_this" on={isOn(settings.more_like_this)} onChange={toggle} readOnly={readOnly} />}
      <Switch
        label={t("features.vision")}
        description={t("features.visionHint")}
        checked={seesPictures(settings)}
        disabled={readOnly}
        onChange={(event) => onChange(withPictures(settings, event.currentTarget.checked))}
      />
      {isOn(upload.image) && <Pictures settings={settings} readOnly={readOnly} onChange={onChange} />}
      {chats && <Toggle name="speech_to_text" on={isOn(settings.speech_to_text)} onChange={toggle} readOnly={readOnly} />}
      {chats && <Toggle name="text_to_speech" on={isOn(settings.text_to_speech)} onChange={toggle} readOnly={readOnly} />}
      <Toggle name="sensitive_word_avoidance" on={isOn(settings.sensitive_word_avoidance)} onChange={toggle} readOnly={readOnly} />
      {isOn(settings.sensitive_word_avoidance) && <AvoidedWords settings={settings} readOnly={readOnly} onChange={onChange} />}
    </Section>
  );
}

/** How many pictures, and how closely the model looks at them. */
function Pictures({ settings, readOnly, onChange }: PartProps) {
  const { t } = useTranslation("simple");
  const upload = object(settings.file_upload);
  const image = object(upload.image);
  const set = (patch: Record<string, unknown>) => onChange({ ...settings, file_upload: { ...upload, image: { ...image, ...patch } } });
  return (
    <Group gap="sm" pl="lg">
      <NumberInput
        label={t("features.pictures")}
        size="xs"
        w={140}
        min={1}
        max={10}
        allowDecimal={false}
        value={typeof image.number_limits === "number" ? image.number_limits : 3}
        readOnly={readOnly}
        onChange={(number_limits) => typeof number_limits === "number" && set({ number_limits })}
      />
      <Select
        label={t("features.detail")}
        size="xs"
        w={180}
        allowDeselect={false}
        data={["low", "high"].map((value) => ({ value, label: t(`features.detail.${value}`) }))}
        value={image.detail === "low" ? "low" : "high"}
        readOnly={readOnly}
        onChange={(detail) => detail && set({ detail })}
      />
    </Group>
  );
}

interface ToggleProps {
  name: string;
  on: boolean;
  readOnly: boolean;
  onChange(name: string, on: boolean): void;
}

function Toggle({ name, on, readOnly, onChange }: ToggleProps) {
  const { t } = useTranslation("simple");
  return (
    <Switch
      label={t(`features.${name}`)}
      description={t(`features.${name}Hint`)}
      checked={on}
      disabled={readOnly}
      onChange={(event) => onChange(name, event.currentTarget.checked)}
    />
  );
}
