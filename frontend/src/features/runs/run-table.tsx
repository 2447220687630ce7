import { Checkbox, Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import { useFormats } from "@/features/canvas/formats";
import { shortValue } from "@/features/prompt/short-value";
import { exactTime } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import type { Picked } from "./compare/use-picked";

/** Runs in rows; each opens. With `picked` two can be ticked. */
export function RunTable({ runs, appId, picked }: { runs: Run[]; appId: string; picked?: Picked }) {
  const { t } = useTranslation("runs");
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table highlightOnHover verticalSpacing="xs" aria-label={t("history.title")}>
        <Table.Thead>
          <Table.Tr>
            {picked && <Table.Th w={40} aria-label={t("column.pick")} />}
            {["time", "state", "input", "source", "version", "elapsed", "tokens", "cost"].map((column) => (
              <Table.Th key={column} ta={NUMBERS.has(column) ? "right" : undefined}>
                {t(`column.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} appId={appId} picked={picked} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const NUMBERS = new Set(["elapsed", "tokens", "cost"]);

function RunRow({ run, appId, picked }: { run: Run; appId: string; picked?: Picked }) {
  const { t } = useTranslation("runs");
  const formats = useFormats();
  const navigate = useNavigate();
  const language = useLanguage();
  const input = run.query || inputStart(run.inputs);
  return (
    <Table.Tr
      style={{ cursor: "pointer" }}
      onClick={(event) => {
        // The link in the row does the same for keys and for a new tab.
        if (!(event.target as HTMLElement).closest("a, [data-pick]"))
          void navigate({ to: "/app/$appId/runs/$runId", params: { appId, runId: run.id } });
      }}
    >
      {picked && (
        <Table.Td data-pick style={{ cursor: "default" }}>
          <Checkbox
            size="sm"
            aria-label={t("history.pick", { time: exactTime(run.created_at, language) })}
            checked={picked.has(run.id)}
            onChange={() => picked.toggle(run)}
          />
        </Table.Td>
      )}
      <Table.Td>
        <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId: run.id }} size="sm">
          <RelativeTime value={run.created_at} />
        </AnchorLink>
      </Table.Td>
      <Table.Td>
        <RunStateLabel state={run.state} />
        {run.error && (
          <Text size="xs" c="dimmed" lineClamp={1} maw={220} title={run.error.message}>
            {run.error.node_title ? `${run.error.node_title}: ${run.error.message}` : run.error.message}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" lineClamp={1} maw={280}>
          {input || <span style={{ color: "var(--mantine-color-dimmed)" }}>{t("history.noInput")}</span>}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{t(`source.${run.source}`)}</Text>
        {run.started_by && (
          <Text size="xs" c="dimmed">
            {run.started_by}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{run.version_number === null ? t("version.draft") : t("version.number", { number: run.version_number })}</Table.Td>
      <Table.Td ta="right">{run.finished_at ? formats.seconds(run.elapsed_s) : "–"}</Table.Td>
      <Table.Td ta="right">{run.total_tokens ? formats.tokens(run.total_tokens) : "–"}</Table.Td>
      <Table.Td ta="right">{run.cost_usd ? formats.cost(run.cost_usd) : "–"}</Table.Td>
    </Table.Tr>
  );
}

/** The first inputs that were given, in a line. */
function inputStart(inputs: Record<string, unknown>): string {
  const given = Object.entries(inputs).filter(
    ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return given.map(([name, value]) => `${name}: ${shortValue(value, 40)}`).join(" · ");
}
