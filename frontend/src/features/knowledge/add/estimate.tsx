import { Group, Loader, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { wrongFields } from "@/features/knowledge/add/cutting";
import { estimateFor, type PreviewSettings, type PreviewSource, previewQuery, samplesOf } from "@/features/knowledge/add/preview";
import { cost, duration } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

const SETTLE_MS = 450;

interface Props {
  sources: readonly PreviewSource[];
  settings: PreviewSettings;
}

/** About how much indexing everything takes: made from one source of each kind, and better with each that was looked at. */
export function Estimate({ sources, settings }: Props) {
  const { t } = useTranslation("knowledge-add");
  const language = useLanguage();
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const [settled] = useDebouncedValue(settings, SETTLE_MS);
  const right = wrongFields(settled.cutting).size === 0;
  const asked = samplesOf(sources).map((source) => previewQuery(ws, source, settled));
  // One after the other: the preview that somebody waits for shall not stand in a queue behind these.
  const next = asked.findIndex(({ queryKey }) => (client.getQueryState(queryKey)?.status ?? "pending") === "pending");
  const looks = useQueries({ queries: asked.map((query, place) => ({ ...query, enabled: right && (next < 0 || place <= next) })) });
  const isFetching = looks.some((look) => look.isFetching);
  const whole = estimateFor(client, ws, sources, settled);
  if (sources.length === 0) return null;
  if (!whole) {
    return (
      <Group gap="xs" role="status">
        {isFetching && <Loader size="xs" aria-hidden />}
        <Text size="sm" c="dimmed">
          {t(isFetching ? "estimate.making" : "estimate.none")}
        </Text>
      </Group>
    );
  }
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const facts = [
    t("estimate.pieces", { count: whole.pieces, shown: number.format(whole.pieces) }),
    ...(whole.tokens > 0 ? [t("estimate.tokens", { count: whole.tokens, shown: number.format(whole.tokens) })] : []),
    whole.cost_usd === null ? t("estimate.costUnknown") : whole.cost_usd === 0 ? t("estimate.free") : cost(whole.cost_usd, language),
    t("estimate.time", { time: duration(whole.seconds, language) }),
  ];
  return (
    <Text size="sm" role="status">
      <Text span fw={600} inherit>
        {t("estimate.label", { count: sources.length })}
      </Text>{" "}
      {facts.join(" · ")}
      {whole.unknown > 0 && ` · ${t("estimate.unknown", { count: whole.unknown })}`}
    </Text>
  );
}
