import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelType } from "@/api/types";
import type { ChosenModel } from "@/features/models/model-mutations";

interface Props {
  types: readonly ModelType[];
  onAdd: (model: ChosenModel) => void;
}

/** For models that the provider has but does not list: deployments, previews, own servers. */
export function AddModelByName({ types, onAdd }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const [name, setName] = useState("");
  const [type, setType] = useState<ModelType>(types[0] ?? "llm");
  const add = () => {
    if (!name.trim()) return;
    onAdd({ name: name.trim(), type });
    setName("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    add();
  };
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        flex="1 1 12rem"
        label={t("byName.label")}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {types.length > 1 && (
        <NativeSelect
          label={t("byName.type")}
          value={type}
          onChange={(event) => setType(types.find((one) => one === event.currentTarget.value) ?? type)}
          data={types.map((one) => ({ value: one, label: t(`type.${one}`) }))}
        />
      )}
      <Button variant="default" onClick={add} disabled={!name.trim()}>
        {t("common:action.add")}
      </Button>
    </Group>
  );
}
