import { Button, Group, NumberInput, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, AppLimits } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { PublishCard } from "@/features/publish/card";
import { Failure } from "@/features/publish/failure";
import { limitsQuery, useSaveLimits } from "@/features/publish/site-queries";
import { fieldErrors } from "@/lib/field-errors";
import { useWorkspace } from "@/lib/use-workspace";

/** How much the app may be used, over all its callers. */
export function LimitsCard({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(limitsQuery(workspace.id, app.id));
  return (
    <PublishCard id="limits" title={t("limits.title")} hint={t("limits.hint")}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={64} />}
      {data && <LimitsForm app={app} limits={data} />}
    </PublishCard>
  );
}

const NAMES = ["requests_per_minute", "concurrent_runs"] as const;
type Values = Record<(typeof NAMES)[number], number | null>;

function LimitsForm({ app, limits }: { app: App; limits: AppLimits }) {
  const { t } = useTranslation(["publish", "common"]);
  const mayPublish = useWorkspace().can("app.publish");
  const save = useSaveLimits(app.id);
  const [values, setValues] = useState<Values>(limits.own);
  const fields = fieldErrors(save.error);
  const dirty = NAMES.some((name) => values[name] !== limits.own[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(values, { onSuccess: ({ own }) => setValues(own) });
  };
  const usual = (most: number | null) => (most ? t("limits.usual", { count: most }) : t("limits.none"));
  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {NAMES.map((name) => (
          <NumberInput
            key={name}
            label={t(`limits.${name}`)}
            description={usual(limits.most[name])}
            placeholder={limits.most[name] ? String(limits.most[name]) : t("limits.noLimit")}
            min={1}
            max={limits.most[name] || 1_000_000}
            allowDecimal={false}
            value={values[name] ?? ""}
            error={fields[name]}
            readOnly={!mayPublish}
            onChange={(value) => setValues((old) => ({ ...old, [name]: typeof value === "number" ? value : null }))}
          />
        ))}
      </SimpleGrid>
      {NAMES.map((name) =>
        limits.per_key[name] ? (
          <Text key={name} size="sm" c="dimmed" mt="xs">
            {t(`limits.perKey.${name}`, { count: limits.per_key[name] })}
          </Text>
        ) : null,
      )}
      {Object.keys(fields).length === 0 && <Failure error={save.error} />}
      {mayPublish && (
        <Group mt="md">
          <Button type="submit" variant="default" disabled={!dirty} loading={save.isPending}>
            {t("common:action.save")}
          </Button>
        </Group>
      )}
    </form>
  );
}
