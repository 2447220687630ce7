import { Badge, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential, Provider } from "@/api/types";
import classes from "@/features/models/models.module.css";
import { ProviderMark } from "@/features/models/provider-mark";
import { includesText } from "@/lib/search-text";
import { useLocalized } from "@/lib/use-language";

interface Props {
  providers: readonly Provider[];
  credentials?: readonly Credential[];
  onChoose: (provider: Provider) => void;
  label: string;
  autoFocus?: boolean;
}

/** Where a provider stands: works, its last call failed, switched off, or not set up. */
function ProviderState({ credentials }: { credentials: readonly Credential[] }) {
  const { t } = useTranslation("models");
  if (credentials.length === 0) return null;
  const failing = credentials.find((one) => one.enabled && one.last_error);
  const ready = credentials.some((one) => one.enabled && !one.last_error);
  const state = ready ? "ready" : failing ? "error" : "off";
  const color = { ready: "teal", error: "red", off: "gray" }[state];
  return (
    <Badge component="span" variant="light" color={color} c="var(--mantine-color-text)" tt="none">
      {t(`state.${state}`)}
    </Badge>
  );
}

/** Every provider that can be added, to search and choose from. */
export function ProviderShelf({ providers, credentials = [], onChoose, label, autoFocus }: Props) {
  const { t } = useTranslation("models");
  const localized = useLocalized();
  const [wanted, setWanted] = useState("");
  const shown = providers.filter((provider) => includesText(`${provider.label} ${provider.id} ${localized(provider.description)}`, wanted));
  return (
    <>
      <TextInput
        mb="md"
        maw="24rem"
        aria-label={t("providers.search")}
        placeholder={t("providers.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        data-autofocus={autoFocus || undefined}
      />
      {shown.length === 0 && providers.length > 0 && (
        <Text c="dimmed" size="sm">
          {t("providers.none")}
        </Text>
      )}
      <ul className={classes.shelf} aria-label={label}>
        {shown.map((provider) => (
          <li key={provider.id}>
            <UnstyledButton className={classes.provider} onClick={() => onChoose(provider)}>
              <ProviderMark label={provider.label} />
              <span className={classes.providerText}>
                <Text span fw={600} size="sm">
                  {provider.label}
                </Text>
                <Text span size="xs" c="dimmed" lineClamp={2}>
                  {localized(provider.description)}
                </Text>
              </span>
              <ProviderState credentials={credentials.filter((one) => one.provider === provider.id)} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </>
  );
}
