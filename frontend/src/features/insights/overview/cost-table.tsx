import { Paper, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/features/canvas/formats";
import classes from "@/features/insights/overview/overview.module.css";
import { useUnits } from "@/features/insights/overview/use-units";

interface Row {
  id: string;
  name: string;
  calls: number;
  tokens: number;
  cost_usd: number;
}

const MOST = 12;

/** Where the money and the tokens go, the dearest first. */
export function CostTable({ title, first, rows }: { title: string; first: string; rows: readonly Row[] }) {
  const { t } = useTranslation("overview");
  const formats = useFormats();
  const units = useUnits();
  // Free models cost nothing: then the share of tokens tells where the work is.
  const weigh = rows.some((row) => row.cost_usd > 0) ? (row: Row) => row.cost_usd : (row: Row) => row.tokens;
  const sum = rows.reduce((all, row) => all + weigh(row), 0);
  return (
    <Paper component="section" withBorder radius="md" p="md" aria-label={title}>
      <Title order={2} size="h6" c="dimmed" fw={500} mb="xs">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("nothing")}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={360}>
          <Table verticalSpacing={6} fz="sm" aria-label={title}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{first}</Table.Th>
                <Table.Th ta="right">{t("cost.calls")}</Table.Th>
                <Table.Th ta="right">{t("cost.tokens")}</Table.Th>
                <Table.Th ta="right">{t("cost.cost")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.slice(0, MOST).map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>
                    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                      {row.name}
                    </Text>
                    <div className={classes.share} aria-hidden>
                      <div style={{ width: `${sum > 0 ? (100 * weigh(row)) / sum : 0}%` }} />
                    </div>
                  </Table.Td>
                  <Table.Td ta="right">{units.value("count", row.calls)}</Table.Td>
                  <Table.Td ta="right">{formats.tokens(row.tokens)}</Table.Td>
                  <Table.Td ta="right">{formats.cost(row.cost_usd)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {rows.length > MOST && (
        <Text size="xs" c="dimmed" mt="xs">
          {t("cost.more", { count: rows.length - MOST })}
        </Text>
      )}
    </Paper>
  );
}
