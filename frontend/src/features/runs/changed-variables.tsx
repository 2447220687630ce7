import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { shortValue } from "@/features/prompt/short-value";
import { changesOf } from "./step-process";

const SHOWN = 200;

/** What a step made of variables: before and after. */
export function ChangedVariables({ process }: { process: Record<string, unknown> }) {
  const { t } = useTranslation("tests");
  return (
    <Table withTableBorder fz="xs" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("changed.variable")}</Table.Th>
          <Table.Th>{t("changed.before")}</Table.Th>
          <Table.Th>{t("changed.after")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changesOf(process).map(({ name, before, after }) => (
          <Table.Tr key={name}>
            <Table.Td>
              <code>{name}</code>
            </Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{before === undefined ? "" : shortValue(before, SHOWN)}</Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{shortValue(after, SHOWN)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
