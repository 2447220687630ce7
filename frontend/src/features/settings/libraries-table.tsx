import { Skeleton, Table, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ErrorState } from "@/components/error-state";
import own from "@/features/settings/libraries.json";
import { includesText } from "@/lib/search-text";

interface Library {
  name: string;
  version: string;
  licence: string;
}

/** Whose work this stands on: the libraries of the server and of the studio, with their licences. */
export default function LibrariesTable() {
  const { t } = useTranslation("settings");
  const [wanted, setWanted] = useState("");
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["libraries"],
    queryFn: ({ signal }) => api.get<Library[]>("/api/libraries", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const all = [...(data ?? []).map((one) => ({ ...one, part: "server" })), ...own.map((one) => ({ ...one, part: "studio" }))];
  const shown = all.filter(({ name, licence }) => includesText(`${name} ${licence}`, wanted));
  return (
    <>
      <TextInput
        maw="22rem"
        mb="sm"
        aria-label={t("libraries.search")}
        placeholder={t("libraries.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={120} />}
      <Text size="sm" c="dimmed" mb="xs" role="status">
        {t("libraries.count", { count: shown.length })}
      </Text>
      <Table.ScrollContainer minWidth={420} mah={420} scrollAreaProps={{ tabIndex: 0 }}>
        <Table withTableBorder stickyHeader bg="var(--mantine-color-body)">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("libraries.name")}</Table.Th>
              <Table.Th>{t("about.version")}</Table.Th>
              <Table.Th>{t("about.licence")}</Table.Th>
              <Table.Th>{t("libraries.part")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ name, version, licence, part }) => (
              <Table.Tr key={`${part}-${name}`}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{version}</Table.Td>
                <Table.Td>{licence || "–"}</Table.Td>
                <Table.Td>{t(`libraries.${part}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
