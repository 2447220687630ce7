import { Badge, Combobox, Group, InputBase, Text, useCombobox, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { chatModelsQuery, findModel } from "@/features/canvas/numbers/data";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";
import { record } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { isInside } from "../form/problems-at";
import { untakenParams } from "./model-params";
import { ModelParams } from "./model-params-editor";
import classes from "./model-widget.module.css";
import { recentModels, rememberModel } from "./recent-models";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const keyOf = (provider: string, name: string): string => `${provider}\n${name}`;

/** So many models are seen at a glance. */
const FEW = 3;

/** A model with its price, context and abilities, and its parameters. */
export function ModelWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly, problems } = useNodeForm();
  // The checks say it too, below the field.
  const told = problems.some((problem) => problem.code === "model_not_configured" && isInside(problem, field.path));
  const workspace = useWorkspace();
  const models = useQuery(chatModelsQuery(workspace.id));
  const model = record(value);
  const provider = text(model.provider);
  const name = text(model.name);
  const chosen = findModel(models.data, provider, name);
  const missing = name !== "" && models.data !== undefined && !chosen;
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      {models.error && !models.data ? (
        <ErrorState error={models.error} onRetry={() => void models.refetch()} />
      ) : (
        <ModelSelect
          models={models.data ?? []}
          chosen={chosen}
          unknown={missing ? `${provider} · ${name}` : null}
          label={field.label}
          loading={models.isPending}
          readOnly={readOnly}
          onChange={(next) => {
            rememberModel(workspace.id, next);
            onChange({
              ...model,
              provider: next.provider,
              name: next.name,
              mode: text(model.mode) || "chat",
              completion_params: record(model.completion_params),
            });
          }}
          recent={() => recentModels(workspace.id, models.data ?? [])}
        />
      )}
      {missing && !told && (
        <Text size="xs" c="var(--tm-bad)">
          {t("model.missing", { provider, name })}
        </Text>
      )}
      {chosen && <ModelFacts model={chosen} />}
      <Group justify="space-between" align="flex-start">
        <ModelParams
          params={record(model.completion_params)}
          untaken={name ? untakenParams(provider, name) : undefined}
          readOnly={readOnly}
          onChange={(completion_params) => onChange({ ...model, completion_params })}
        />
        <AnchorLink to="/settings/models" search={{ add: "1" }} size="xs">
          {t("model.add")}
        </AnchorLink>
      </Group>
    </FieldShell>
  );
}

interface SelectProps {
  models: Model[];
  chosen: Model | undefined;
  unknown: string | null;
  label: string;
  loading: boolean;
  readOnly: boolean;
  /** The models that were last chosen, the newest first. */
  recent(): Model[];
  onChange(model: Model): void;
}

function ModelSelect({ models, chosen, unknown, label, loading, readOnly, recent, onChange }: SelectProps) {
  const { t } = useTranslation("panel");
  const [search, setSearch] = useState("");
  const [last, setLast] = useState<Model[]>([]);
  const combobox = useCombobox({
    onDropdownClose: () => setSearch(""),
    onDropdownOpen: () => {
      setLast(recent());
      combobox.focusSearchInput();
    },
  });
  const words = search.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (model: Model) =>
    words.every((word) =>
      `${model.provider_label} ${model.provider} ${model.name} ${model.features.join(" ")}`.toLowerCase().includes(word),
    );
  const lately = words.length || models.length <= FEW ? [] : last;
  const byProvider = grouped(models.filter((model) => fits(model) && !lately.includes(model)));
  const option = (model: Model) => (
    <Combobox.Option key={keyOf(model.provider, model.name)} value={keyOf(model.provider, model.name)} active={model === chosen}>
      <ModelName model={model} />
      <ModelFacts model={model} />
    </Combobox.Option>
  );
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(key) => {
        const model = models.find((one) => keyOf(one.provider, one.name) === key);
        if (model) onChange(model);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          pointer
          error={unknown !== null}
          disabled={readOnly}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          <VisuallyHidden>{chosen ? t("model.change", { label, name: chosen.name }) : t("model.choose", { label })}</VisuallyHidden>
          <span aria-hidden>
            {chosen ? (
              <ModelName model={chosen} />
            ) : (
              <Text span c="dimmed" size="sm">
                {unknown ?? t(loading ? "model.loading" : "model.placeholder")}
              </Text>
            )}
          </span>
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          placeholder={t("model.search")}
          aria-label={t("model.search")}
        />
        <Combobox.Options mah={320} style={{ overflowY: "auto" }}>
          {byProvider.size === 0 && <Combobox.Empty>{t(models.length ? "model.nothing" : "model.none")}</Combobox.Empty>}
          {lately.length > 0 && <Combobox.Group label={t("model.recent")}>{lately.map(option)}</Combobox.Group>}
          {[...byProvider].map(([provider, list]) => (
            <Combobox.Group key={provider} label={provider}>
              {list.map(option)}
            </Combobox.Group>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function grouped(models: Model[]): Map<string, Model[]> {
  const groups = new Map<string, Model[]>();
  for (const model of models) groups.set(model.provider_label, [...(groups.get(model.provider_label) ?? []), model]);
  return groups;
}

function ModelName({ model }: { model: Model }) {
  const { t } = useTranslation("panel");
  return (
    <Group gap="xs" wrap="nowrap">
      <span className={classes.name}>{model.name}</span>
      {model.provider === "demo" ? (
        <Badge size="xs" variant="default" tt="none">
          {t("model.demo")}
        </Badge>
      ) : (
        <Text span size="xs" c="dimmed" truncate>
          {model.provider_label}
        </Text>
      )}
    </Group>
  );
}

function ModelFacts({ model }: { model: Model }) {
  const { t, i18n } = useTranslation("panel");
  const language = useLanguage();
  const number = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 3 });
  const facts = [
    model.context_size === null ? null : t("model.context", { size: number.format(model.context_size) }),
    model.input_price === null || model.output_price === null
      ? null
      : model.input_price + model.output_price === 0
        ? t("model.free")
        : t("model.price", { input: money.format(model.input_price), output: money.format(model.output_price) }),
    ...model.features.map((feature) => (i18n.exists(`feature.${feature}`, { ns: "panel" }) ? t(`feature.${feature}`) : feature)),
  ].filter((fact): fact is string => fact !== null);
  if (facts.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {facts.join(" · ")}
    </Text>
  );
}
