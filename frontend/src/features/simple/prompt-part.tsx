import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type PartProps, Section } from "./section";
import { formRows, object, promptLines, text, withPromptLine } from "./settings";

/** What the model is told. */
export function PromptPart(props: PartProps) {
  const { t } = useTranslation("simple");
  const names = formRows(props.settings).map((row) => `{{${text(row.fields.variable)}}}`);
  const hint = names.length > 0 ? t("prompt.names", { names: names.join(" ") }) : t("prompt.noNames");
  return (
    <Section title={t("prompt.title")} hint={hint}>
      <PromptFields {...props} />
    </Section>
  );
}

/** The texts of the prompt. An advanced prompt of an imported app keeps its messages; their texts can be edited. */
export function PromptFields({ settings, readOnly, compact = false, onChange }: PartProps & { compact?: boolean }) {
  const { t } = useTranslation("simple");
  const lines = promptLines(settings);
  const completion = object(settings.completion_prompt_config);
  const single = object(completion.prompt);
  const completes = settings.prompt_type === "advanced" && object(settings.model).mode === "completion" && text(single.text) !== "";
  return (
    <>
      {completes && (
        <PromptText
          label={t("prompt.text")}
          value={text(single.text)}
          readOnly={readOnly}
          compact={compact}
          onChange={(words) => onChange({ ...settings, completion_prompt_config: { ...completion, prompt: { ...single, text: words } } })}
        />
      )}
      {!completes &&
        lines.map((line, index) => (
          <PromptText
            key={index}
            label={t("prompt.message", { number: index + 1, role: t(`role.${line.role}`, { defaultValue: line.role }) })}
            value={line.text}
            readOnly={readOnly}
            compact={compact}
            onChange={(words) => onChange(withPromptLine(settings, index, words))}
          />
        ))}
      {!completes && lines.length === 0 && (
        <PromptText
          label={t("prompt.text")}
          value={text(settings.pre_prompt)}
          readOnly={readOnly}
          compact={compact}
          onChange={(words) => onChange({ ...settings, pre_prompt: words })}
        />
      )}
    </>
  );
}

interface TextProps {
  label: string;
  value: string;
  readOnly: boolean;
  compact: boolean;
  onChange(words: string): void;
}

function PromptText({ label, value, readOnly, compact, onChange }: TextProps) {
  return (
    <Textarea
      label={label}
      size={compact ? "xs" : "sm"}
      autosize
      minRows={compact ? 3 : 4}
      maxRows={20}
      value={value}
      readOnly={readOnly}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
