import { Switch, TagsInput, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AppMode } from "@/api/types";
import { AvoidedWords } from "./avoided-words";
import { type PartProps, Section } from "./section";
import { isOn, object, text, texts } from "./settings";

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
        checked={isOn(upload.image)}
        disabled={readOnly}
        onChange={(event) =>
          onChange({ ...settings, file_upload: { ...upload, image: { ...object(upload.image), enabled: event.currentTarget.checked } } })
        }
      />
      <Toggle name="sensitive_word_avoidance" on={isOn(settings.sensitive_word_avoidance)} onChange={toggle} readOnly={readOnly} />
      {isOn(settings.sensitive_word_avoidance) && <AvoidedWords settings={settings} readOnly={readOnly} onChange={onChange} />}
    </Section>
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
