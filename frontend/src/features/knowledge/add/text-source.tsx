import { Stack, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Wizard } from "@/features/knowledge/add/use-wizard";

/** A pasted text, which becomes one document. */
export function TextSource({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation("knowledge-add");
  const lacksName = wizard.text.trim() !== "" && !wizard.textName.trim();
  return (
    <Stack>
      <TextInput
        label={t("text.name")}
        description={lacksName ? t("text.nameGiven", { name: t("text.usualName") }) : undefined}
        inputWrapperOrder={["label", "input", "description"]}
        placeholder={t("text.usualName")}
        maxLength={255}
        value={wizard.textName}
        onChange={(event) => wizard.set({ textName: event.currentTarget.value })}
      />
      <Textarea
        label={t("text.text")}
        description={t("text.hint")}
        autosize
        minRows={10}
        maxRows={24}
        value={wizard.text}
        onChange={(event) => wizard.set({ text: event.currentTarget.value })}
      />
    </Stack>
  );
}
