import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/lib/use-draft";
import { useNodeForm } from "../form/form-context";
import { cleanName } from "./start-rows";

interface Props {
  name: string;
  /** Names of the other rows. */
  taken: readonly string[];
  label: string;
  path?: string;
  invalid?: boolean;
  /** Uses of the name elsewhere are told while it is being changed. */
  counted?: boolean;
  onName(name: string): void;
}

/** The name of an output: written when the field is left, since until then references keep the old one. */
export function NameField({ name, taken, label, path, invalid = false, counted = true, onName }: Props) {
  const { t } = useTranslation("panel");
  const { readOnly, usesOf } = useNodeForm();
  const [typed, setTyped] = useDraft(name);
  const clean = cleanName(typed);
  const clash = clean !== "" && taken.includes(clean);
  const uses = counted && name && clean !== name ? usesOf(name) : 0;
  const note = clash
    ? t("start.nameTaken", { name: clean })
    : clean !== typed && typed
      ? t("start.nameBecomes", { name: clean })
      : uses
        ? t("start.renames", { count: uses })
        : undefined;
  return (
    <TextInput
      size="xs"
      flex={1}
      miw={0}
      data-field={path}
      aria-label={label}
      placeholder={t("variables.name")}
      value={typed}
      readOnly={readOnly}
      error={clash ? note : invalid}
      description={clash ? undefined : note}
      inputWrapperOrder={["input", "description", "error"]}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => {
        if (clean && !clash && clean !== name) onName(clean);
        else setTyped(name);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing && event.keyCode !== 229) event.currentTarget.blur();
      }}
    />
  );
}
