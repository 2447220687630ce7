import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  value: string | undefined;
  onChange: (search: string | undefined) => void;
}

/** A search whose words stand in the URL; it follows the URL, but not while its own typing is on the way there. */
export function SearchField({ label, value, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value ?? "");
  const search = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), 250);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    if (typed.trim() !== (value ?? "")) setTyped(value ?? "");
  }
  const type = (text: string) => {
    setTyped(text);
    search(text);
  };
  return (
    <TextInput
      flex="1 1 14rem"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={typed && <CloseButton size="sm" aria-label={t("action.clear")} onClick={() => type("")} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
