import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorStore } from "@/features/canvas/store";
import { shortValue } from "@/features/prompt/short-value";
import { type InputSet, readSets, withSet, writeSets } from "./input-sets";
import type { TestRun } from "./use-test-run";

/** Keep the inputs of the test form under a name, and fill it in again. */
export function InputSets({ test, chat, onDone }: { test: TestRun; chat: boolean; onDone(): void }) {
  const { t } = useTranslation("runs");
  const { appId } = useEditorStore().getState();
  const [sets, setSets] = useState(() => readSets(appId));
  const [name, setName] = useState("");
  const [full, setFull] = useState(false);
  const keep = (next: InputSet[]) => {
    setFull(!writeSets(appId, next));
    setSets(next);
  };
  const clean = name.trim();
  return (
    <Stack gap="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!clean) return;
          keep(withSet(sets, { name: clean, values: test.values, query: test.query }));
          setName("");
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            size="xs"
            label={t("inputSets.name")}
            description={t("inputSets.hint")}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" disabled={!clean}>
            {t(sets.some((one) => one.name === clean) ? "inputSets.replace" : "inputSets.keep")}
          </Button>
        </Group>
      </form>
      {full && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {t("inputSets.full")}
        </Text>
      )}
      {sets.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("inputSets.empty")}
        </Text>
      )}
      {sets.map((set) => (
        <Group key={set.name} gap="xs" wrap="nowrap" role="group" aria-label={set.name}>
          <Stack gap={0} flex={1} miw={0}>
            <Text size="sm" fw={600} truncate>
              {set.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {shortValue(set.values, 80)}
            </Text>
          </Stack>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t("inputSets.takeOf", { name: set.name })}
            onClick={() => {
              test.setValues(set.values);
              if (chat) test.setQuery(set.query);
              onDone();
            }}
          >
            {t("inputSets.take")}
          </Button>
          <Tooltip label={t("inputSets.remove")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("inputSets.removeOf", { name: set.name })}
              onClick={() => keep(sets.filter((one) => one !== set))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      ))}
    </Stack>
  );
}
