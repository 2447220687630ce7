import { Box, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OverviewPoint } from "@/api/types";
import { AnchorLink } from "@/components/links";
import type { OverviewSearch } from "@/features/insights/insights-search";
import { logOf, type Metric } from "@/features/insights/overview/metrics";
import classes from "@/features/insights/overview/overview.module.css";
import { useUnits } from "@/features/insights/overview/use-units";

interface Props {
  appId: string;
  metric: Metric;
  series: readonly OverviewPoint[];
  names: readonly string[];
  source: OverviewSearch["source"];
  whole: (at: string) => string;
}

/** What a chart shows, in rows; each leads to its logs. */
export function MetricTable({ appId, metric, series, names, source, whole }: Props) {
  const { t } = useTranslation("overview");
  const units = useUnits();
  return (
    <Box className={classes.table} role="region" tabIndex={0} aria-label={t("table.of", { title: t(`metric.${metric.id}`) })}>
      <Table stickyHeader verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("table.from")}</Table.Th>
            {names.map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {series.map((point) => (
            <Table.Tr key={point.at}>
              <Table.Td>
                <AnchorLink to="/app/$appId/logs" params={{ appId }} search={logOf(metric, point, source)} size="sm">
                  {whole(point.at)}
                </AnchorLink>
              </Table.Td>
              {metric.lines.map((name) => (
                <Table.Td key={name} ta="right">
                  {units.value(metric.unit, point[name])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
