import { Group, Switch, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StepPair } from "./compare-runs";
import classes from "./compare.module.css";
import { StepRow } from "./step-row";

interface Props {
  pairs: readonly StepPair[];
  /** The key of the line where the runs part. */
  first: string | null;
  /** The node chosen on the canvas: its lines are marked. */
  node: string | null;
  onNode(node: string): void;
  nameOf(step: StepPair): string;
}

/** So many lines are shown whole; of more, those that differ at first. */
const SHORT = 40;
/** More than this is cut: a table is no place to read thousands of rounds. */
const SHOWN = 500;

/** Each node of the flow, round by round, in both runs. */
export function StepsTable({ pairs, first, node, onNode, nameOf }: Props) {
  const { t } = useTranslation("compare");
  const differing = pairs.filter((pair) => pair.differences.length > 0);
  const [onlyThose, setOnlyThose] = useState(pairs.length > SHORT && differing.length > 0);
  const rows = onlyThose ? differing : pairs;
  return (
    <section className={classes.values} aria-label={t("steps.title")}>
      <Group gap="md" mb={6}>
        <Title order={2} size="h5">
          {t("steps.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("steps.count", { count: pairs.length, differing: differing.length })}
        </Text>
        {differing.length > 0 && differing.length < pairs.length && (
          <Switch
            size="xs"
            label={t("steps.onlyDiffering")}
            checked={onlyThose}
            onChange={(event) => setOnlyThose(event.currentTarget.checked)}
          />
        )}
      </Group>
      <Table.ScrollContainer minWidth={860}>
        <Table verticalSpacing={6} aria-label={t("steps.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("steps.node")}</Table.Th>
              <Table.Th>{t("steps.verdict")}</Table.Th>
              {["a", "b"].map((side) => (
                <Table.Th key={side}>{t("steps.state", { run: side.toUpperCase() })}</Table.Th>
              ))}
              {["time", "tokens", "cost"].map((column) => (
                <Table.Th key={column} ta="right">
                  {t(`steps.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, SHOWN).map((pair) => (
              <StepRow
                key={pair.key}
                pair={pair}
                name={nameOf(pair)}
                first={pair.key === first}
                chosen={pair.nodeId === node}
                onNode={onNode}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t("steps.cut", { count: SHOWN, total: rows.length })}
        </Text>
      )}
    </section>
  );
}
