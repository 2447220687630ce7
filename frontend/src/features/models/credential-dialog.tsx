import { Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential, CredentialTest, Provider } from "@/api/types";
import { CredentialForm, type CredentialValues } from "@/features/models/credential-form";
import { type ChosenModel, useAddCredential, useChangeCredential } from "@/features/models/model-mutations";
import { ModelChooser } from "@/features/models/model-chooser";
import { ProviderShelf } from "@/features/models/provider-shelf";
import { useCredentialTest } from "@/features/models/use-credential-test";

interface Props {
  providers: readonly Provider[];
  /** Set where the provider is chosen already; else the dialog asks. */
  providerId?: string;
  /** Set to change an existing one. */
  credential?: Credential;
  onClose: () => void;
}

const EMPTY: CredentialTest = { models: [], latency_ms: 0 };

/** Key, test, done: asks for the provider's fields, tries them, lists the models found, saves. */
export function CredentialDialog({ providers, providerId, credential, onClose }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const [provider, setProvider] = useState(() => providers.find((one) => one.id === (credential?.provider ?? providerId)) ?? null);
  const [values, setValues] = useState<CredentialValues | null>(null);
  const [found, setFound] = useState<CredentialTest | null>(null);
  const test = useCredentialTest();
  const add = useAddCredential();
  const change = useChangeCredential();
  const saving = add.isPending || change.isPending;

  const tryOut = async (entered: CredentialValues) => {
    if (!provider) return;
    setValues(entered);
    const whose = credential ? { credential_id: credential.id } : { provider: provider.id };
    const result = await test.start({ ...whose, fields: entered.fields });
    if (result) setFound(result);
  };
  const skipTest = (entered: CredentialValues) => {
    test.cancel();
    setValues(entered);
    setFound(EMPTY);
  };
  const save = (models: ChosenModel[]) => {
    if (!provider || !values) return;
    const done = {
      onSuccess: () => {
        notifications.show({ color: "teal", message: t("saved", { name: values.name, count: models.length }) });
        onClose();
      },
    };
    if (credential) change.mutate({ id: credential.id, name: values.name, fields: values.fields, models }, done);
    else add.mutate({ provider: provider.id, name: values.name, fields: values.fields, models }, done);
  };
  const title = credential
    ? t("dialog.edit", { name: credential.name })
    : provider
      ? t("dialog.addProvider", { provider: provider.label })
      : t("dialog.add");

  return (
    <Modal opened onClose={onClose} title={title} size={provider ? "lg" : "xl"} closeOnClickOutside={false}>
      {!provider && <ProviderShelf providers={providers} onChoose={setProvider} label={t("dialog.add")} autoFocus />}
      {provider && !found && (
        <CredentialForm
          provider={provider}
          credential={credential}
          initial={values}
          test={test}
          onTest={(entered) => void tryOut(entered)}
          onSkip={skipTest}
          onBack={credential || providerId ? undefined : () => setProvider(null)}
        />
      )}
      {provider && found && (
        <ModelChooser
          provider={provider}
          found={found}
          tested={found !== EMPTY}
          current={credential?.models}
          error={add.error ?? change.error}
          saving={saving}
          onBack={() => {
            test.reset();
            setFound(null);
          }}
          onSave={save}
        />
      )}
    </Modal>
  );
}
