import { Alert, Button, Group, PasswordInput, Select, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Missing } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { useRebind } from "@/features/apps/app-mutations";
import { choiceOf, isChosen, keyOf, modelNameOf, type Picked, rebindingOf, WITHOUT } from "@/features/apps/rebinding";
import { useErrorText } from "@/lib/use-error-text";

const KINDS = ["model", "dataset", "secret", "tool"] as const;

interface Props {
  appId: Id;
  missing: readonly Missing[];
  /** Titles of the steps by id. */
  titles?: ReadonlyMap<string, string>;
  onChange: (missing: Missing[]) => void;
}

/** What an app names and the workspace does not have, each with a way to put something in its place. */
export function MissingThings({ appId, missing, titles, onChange }: Props) {
  const { t } = useTranslation("apps");
  const words = useErrorText();
  const rebind = useRebind(appId);
  const [picked, setPicked] = useState<Picked>({});
  const [all, setAll] = useState<string | null>(null);
  const pick = (one: Missing, value: string | null) => setPicked((before) => ({ ...before, [keyOf(one)]: value ?? "" }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rebind.mutate(rebindingOf(missing, picked, all), {
      onSuccess: (answer) => {
        setPicked({});
        setAll(null);
        onChange(answer.missing);
      },
    });
  };
  if (missing.length === 0) return <Alert color="teal" variant="light" role="status" title={t("missing.saved")} />;
  const models = missing.filter((one) => one.kind === "model" && one.type === "llm");
  const rowOf = (one: Missing): ReactNode => {
    if (one.kind === "tool") return <Text size="sm">{[one.provider, one.name].filter(Boolean).join(" · ")}</Text>;
    if (one.kind !== "secret") {
      return <ChoiceRow one={one} value={picked[keyOf(one)] ?? null} onPick={(value) => pick(one, value)} />;
    }
    return (
      <PasswordInput
        label={t("missing.secret", { name: one.name })}
        autoComplete="off"
        value={picked[keyOf(one)] ?? ""}
        onChange={(event) => pick(one, event.currentTarget.value)}
      />
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t("missing.heading")}
        </Title>
        {KINDS.map((kind) => {
          const ones = missing.filter((one) => one.kind === kind);
          if (ones.length === 0) return null;
          return (
            <Stack key={kind} gap="xs" component="section" aria-label={t(`missing.${kind}s`)}>
              <Text size="sm" fw={600}>
                {t(`missing.${kind}s`)}
              </Text>
              {kind === "tool" && (
                <Text size="sm" c="dimmed">
                  {t("missing.toolHint")}
                </Text>
              )}
              {kind === "model" && models.length > 1 && (
                <Select label={t("missing.all")} data={choiceOf(models[0]!)} value={all} onChange={setAll} searchable clearable />
              )}
              {ones.map((one) => (
                <div key={keyOf(one)}>
                  {rowOf(one)}
                  <UsedBy one={one} titles={titles} />
                </div>
              ))}
            </Stack>
          );
        })}
        {rebind.error && (
          <Alert color="red" variant="light" role="alert">
            {rebind.error.message || words(rebind.error)}
          </Alert>
        )}
        {missing.some((one) => one.kind !== "tool") && (
          <Group>
            <Button type="submit" disabled={!all && !isChosen(picked)} loading={rebind.isPending}>
              {t("missing.save")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function ChoiceRow({ one, value, onPick }: { one: Missing; value: string | null; onPick: (value: string | null) => void }) {
  const { t } = useTranslation("apps");
  const isModel = one.kind === "model";
  const data = isModel ? choiceOf(one) : [...choiceOf(one), { value: WITHOUT, label: t("missing.without") }];
  const label = isModel ? t("missing.pick", { name: modelNameOf(one) }) : t("missing.pickDataset", { name: one.name });
  return (
    <>
      <Select
        label={one.type === "rerank" ? `${label} (${t("missing.rerank")})` : label}
        data={data}
        value={value || null}
        onChange={onPick}
        searchable
        clearable
        disabled={data.length === 0}
      />
      {one.choices.length === 0 && (
        <Text size="xs" c="dimmed">
          {t("missing.noChoice")} {isModel && <AnchorLink to="/settings/models">{t("missing.addModel")}</AnchorLink>}
        </Text>
      )}
    </>
  );
}

function UsedBy({ one, titles }: { one: Missing; titles?: ReadonlyMap<string, string> }) {
  const { t } = useTranslation("apps");
  const names = one.node_ids.flatMap((id) => titles?.get(id) ?? []);
  if (one.node_ids.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {names.length > 0 ? names.join(", ") : t("missing.usedBy", { count: one.node_ids.length })}
    </Text>
  );
}
