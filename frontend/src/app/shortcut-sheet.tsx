import { Group, Kbd, Modal, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyName, type ShortcutLine, useShortcutGroups } from "@/lib/shortcuts";

function matches(line: ShortcutLine, wanted: string): boolean {
  const haystack = `${line.label} ${line.keys.map(keyName).join(" ")}`.normalize("NFKC").toLowerCase();
  return haystack.includes(wanted.normalize("NFKC").toLowerCase().trim());
}

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const pages = useShortcutGroups((state) => state.groups);
  const [wanted, setWanted] = useState("");
  const everywhere: ShortcutLine[] = [
    { keys: ["Mod", "K"], label: t("shortcuts.commandBar") },
    { keys: ["?"], label: t("shortcuts.sheet") },
    { keys: ["Mod", "B"], label: t("shortcuts.rail") },
    { keys: ["Esc"], label: t("shortcuts.back") },
  ];
  const groups = Object.entries({ [t("shortcuts.everywhere")]: everywhere, ...pages })
    .map(([name, lines]) => ({ name, lines: lines.filter((line) => matches(line, wanted)) }))
    .filter((group) => group.lines.length > 0);
  return (
    <Modal opened onClose={onClose} title={t("shortcuts.title")} size="xl">
      <Stack>
        <TextInput
          aria-label={t("shortcuts.search")}
          placeholder={t("shortcuts.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          data-autofocus
        />
        {groups.length === 0 && <Text c="dimmed">{t("shortcuts.none")}</Text>}
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <Title order={2} size="h6" mb="xs">
              {group.name}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing={6} spacing="xl">
              {group.lines.map((line) => (
                <Group key={line.label} justify="space-between" wrap="nowrap" gap="sm">
                  <Text size="sm">{line.label}</Text>
                  <Group gap={4} wrap="nowrap">
                    {line.keys.map((key) => (
                      <Kbd key={key}>{keyName(key)}</Kbd>
                    ))}
                  </Group>
                </Group>
              ))}
            </SimpleGrid>
          </section>
        ))}
      </Stack>
    </Modal>
  );
}
