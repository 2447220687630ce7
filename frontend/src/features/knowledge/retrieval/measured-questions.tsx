import { Table, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TestResult } from "@/api/types";
import type { TestRow } from "@/features/knowledge/retrieval/hits";
import { type Turn, turnOf } from "@/features/knowledge/retrieval/measured";

const COLORS: Record<Turn, string> = { better: "var(--tm-good)", worse: "var(--tm-bad)", same: "dimmed", new: "dimmed" };

interface Props {
  rows: readonly TestRow[];
  former: TestResult | undefined;
  onAsk(question: string): void;
}

/** Question by question: at which places something expected was found, and what was found first. */
export function MeasuredQuestions({ rows, former, onAsk }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  return (
    <Table aria-label={t("measure.questions")} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("questions.question")}</Table.Th>
          <Table.Th>{t("measured.foundAt")}</Table.Th>
          <Table.Th>{t("measured.first")}</Table.Th>
          {former && <Table.Th>{t("measured.before")}</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => {
          const turn = turnOf(row, former);
          const [first] = row.found;
          return (
            <Table.Tr key={row.question_id}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                <Tooltip label={t("questions.ask")}>
                  <UnstyledButton fz="sm" onClick={() => onAsk(row.query)}>
                    {row.query}
                  </UnstyledButton>
                </Tooltip>
              </Table.Td>
              <Table.Td c={row.ranks.length === 0 ? "var(--tm-bad)" : undefined}>
                {row.ranks.length === 0 ? t("measured.missed") : t("measured.places", { places: row.ranks.join(", ") })}
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {first?.document_name
                    ? t("expected.piece", { name: first.document_name, number: first.position ?? 0 })
                    : t("measured.nothing")}
                </Text>
              </Table.Td>
              {former && <Table.Td c={COLORS[turn]}>{t(`measured.${turn}`)}</Table.Td>}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
