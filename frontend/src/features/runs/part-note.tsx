import { Group, Text } from "@mantine/core";
import { IconRecycle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { PartRun, Run } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { useFormats } from "@/features/canvas/formats";

/** Names of nodes, the first few. */
function useNames() {
  const { t } = useTranslation("parts");
  return (titles: string[]): string => {
    const shown = titles.slice(0, 3).join(", ");
    return titles.length > 3 ? t("note.more", { names: shown, count: titles.length - 3 }) : shown;
  };
}

/** What a part keeps of the run it was started from, and what it does again and why. */
export function PartNote({ part, started, appId }: { part: NonNullable<Run["part"]>; started?: PartRun | null; appId: string }) {
  const { t } = useTranslation("parts");
  const formats = useFormats();
  const names = useNames();
  const again = started?.again.filter((one) => one.reason !== "after") ?? [];
  const saved = [
    part.kept_tokens > 0 ? t("note.tokens", { value: formats.tokens(part.kept_tokens) }) : "",
    part.kept_cost_usd > 0 ? formats.cost(part.kept_cost_usd) : "",
  ].filter(Boolean);
  return (
    <Group gap="xs" p="xs" wrap="nowrap" align="flex-start" role="note" aria-label={t("note.title")}>
      <IconRecycle size={16} aria-hidden style={{ flex: "none", marginTop: 2 }} />
      <Text size="xs" component="div">
        {t(`kind.${part.kind}`)}{" "}
        {part.kept_nodes > 0 &&
          (started
            ? t("note.keptNames", { names: names(started.kept.map((one) => one.title)) })
            : t("note.kept", { count: part.kept_nodes }))}{" "}
        {saved.length > 0 && t("note.saved", { what: saved.join(" · ") })}{" "}
        {again.map((one) => t(`again.${one.reason}`, { node: one.title })).join(" ")}{" "}
        {part.run_id && (
          <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: part.run_id }} size="xs">
            {t("note.parent")}
          </AnchorLink>
        )}
      </Text>
    </Group>
  );
}
