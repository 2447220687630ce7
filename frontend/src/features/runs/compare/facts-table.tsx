import { Button, Table, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import { useFormats } from "@/features/canvas/formats";
import type { RunView } from "@/features/canvas/run-reducer";
import { useWorkspace } from "@/lib/use-workspace";
import { keepInputs } from "../test-inputs";
import { pairNumbers } from "./compare-runs";
import { Change } from "./change";

interface Props {
  a: RunDetail;
  b: RunDetail;
  before: RunView;
  after: RunView;
}

/** What the runs are and what they took. */
export function FactsTable({ a, b, before, after }: Props) {
  const { t } = useTranslation(["compare", "runs"]);
  const formats = useFormats();
  const version = (run: RunDetail) =>
    run.version_number === null ? t("runs:version.draft") : t("runs:version.number", { number: run.version_number });
  const line = (name: string, one: ReactNode, other: ReactNode, change: ReactNode = null) => (
    <Table.Tr key={name}>
      <Table.Th scope="row">{t(`facts.${name}`)}</Table.Th>
      <Table.Td>{one}</Table.Td>
      <Table.Td>{other}</Table.Td>
      <Table.Td ta="right">{change}</Table.Td>
    </Table.Tr>
  );
  const numbers = (name: string, one: number | null, other: number | null, format: (value: number) => string) => {
    const pair = pairNumbers(one, other);
    return line(name, one === null ? "–" : format(one), other === null ? "–" : format(other), <Change pair={pair} format={format} />);
  };
  const noted = (yes: boolean) =>
    yes ? null : (
      <Text size="xs" c="var(--tm-warn)">
        {t("differs")}
      </Text>
    );
  return (
    <Table verticalSpacing={6} aria-label={t("facts.title")} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="24%" aria-label={t("facts.fact")} />
          {[a, b].map((run, index) => (
            <Table.Th key={run.id}>
              <AnchorLink to="/app/$appId/runs/$runId" params={{ appId: run.app_id, runId: run.id }} size="sm" fw={650}>
                {t("run", { name: index === 0 ? "A" : "B" })}
              </AnchorLink>
            </Table.Th>
          ))}
          <Table.Th ta="right">{t("facts.change")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {line("state", <RunStateLabel state={before.state} />, <RunStateLabel state={after.state} />, noted(before.state === after.state))}
        {line("version", version(a), version(b), noted(a.version_id === b.version_id))}
        {line("started", <RelativeTime value={a.created_at} />, <RelativeTime value={b.created_at} />)}
        {line("source", who(a, t), who(b, t))}
        {numbers("time", before.elapsedS, after.elapsedS, formats.seconds)}
        {numbers("tokens", before.tokens, after.tokens, formats.tokens)}
        {numbers("cost", before.costUsd, after.costUsd, formats.cost)}
        {numbers("steps", before.steps, after.steps, String)}
        {line("again", <Again run={a} name="A" />, <Again run={b} name="B" />)}
      </Table.Tbody>
    </Table>
  );
}

function who(run: RunDetail, t: (key: string) => string): ReactNode {
  return (
    <>
      {t(`runs:source.${run.source}`)}
      {run.started_by && (
        <Text size="xs" c="dimmed" truncate>
          {run.started_by}
        </Text>
      )}
    </>
  );
}

/** Fills the inputs of a run into the test form of the draft. */
function Again({ run, name }: { run: RunDetail; name: string }) {
  const { t } = useTranslation("compare");
  const workspace = useWorkspace();
  const navigate = useNavigate();
  if (!workspace.can("run.execute")) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      maw="100%"
      px={6}
      aria-label={t("againOf", { name })}
      onClick={() => {
        keepInputs(run.app_id, { values: run.inputs, query: run.query });
        void navigate({ to: "/app/$appId/canvas", params: { appId: run.app_id }, search: { panel: "run" } });
      }}
    >
      {t("again")}
    </Button>
  );
}
