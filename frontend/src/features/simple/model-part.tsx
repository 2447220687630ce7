import { Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { modelsQuery } from "@/features/models/model-queries";
import { ModelParams } from "@/features/panel/widgets/model-params-editor";
import { useWorkspace } from "@/lib/use-workspace";
import { type PartProps, Section } from "./section";
import { object, text } from "./settings";

const keyOf = (provider: string, name: string): string => `${provider}\n${name}`;

/** Which model answers, and how it is called. */
export function ModelPart(props: PartProps) {
  const { t } = useTranslation("simple");
  return (
    <Section title={t("model.title")}>
      <ModelFields {...props} />
    </Section>
  );
}

/** The choice of a model and its parameters. */
export function ModelFields({ settings, readOnly, compact = false, onChange }: PartProps & { compact?: boolean }) {
  const { t } = useTranslation(["simple", "panel"]);
  const workspace = useWorkspace();
  const models = useQuery(modelsQuery(workspace.id, "llm"));
  const model = object(settings.model);
  const [provider, name] = [text(model.provider), text(model.name)];
  // Files name providers as `author/plugin/provider`.
  const found = models.data?.find((one) => one.name === name && [provider, provider.split("/").at(-1)].includes(one.provider));
  const known = (models.data ?? []).map((one) => ({ value: keyOf(one.provider, one.name), label: `${one.provider_label} · ${one.name}` }));
  const lost = name && models.data && !found ? [{ value: keyOf(provider, name), label: `${provider} · ${name}` }] : [];
  const change = (patch: Record<string, unknown>) => onChange({ ...settings, model: { mode: "chat", ...model, ...patch } });
  if (models.error && !models.data) return <ErrorState error={models.error} onRetry={() => void models.refetch()} />;
  return (
    <>
      <Select
        label={compact ? undefined : t("model.label")}
        aria-label={compact ? t("model.label") : undefined}
        size={compact ? "xs" : "sm"}
        searchable
        allowDeselect={false}
        readOnly={readOnly}
        data={[...lost, ...known]}
        value={found ? keyOf(found.provider, found.name) : (lost[0]?.value ?? null)}
        error={lost.length > 0 ? t("model.lost") : undefined}
        onChange={(value) => {
          const next = models.data?.find((one) => keyOf(one.provider, one.name) === value);
          if (next) change({ provider: next.provider, name: next.name });
        }}
      />
      <Group justify="space-between" align="flex-start">
        <ModelParams
          params={object(model.completion_params)}
          readOnly={readOnly}
          onChange={(completion_params) => change({ completion_params })}
        />
        {!compact && (
          <AnchorLink to="/settings/models" search={{ add: "1" }} size="xs">
            {t("panel:model.add")}
          </AnchorLink>
        )}
      </Group>
    </>
  );
}
