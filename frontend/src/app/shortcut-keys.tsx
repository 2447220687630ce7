import { Group, Kbd } from "@mantine/core";
import { keyName } from "@/lib/shortcuts";

/** The keys of a shortcut as people read them. */
export function ShortcutKeys({ keys }: { keys: readonly string[] }) {
  return (
    <Group gap={4} wrap="nowrap">
      {keys.map((key) => (
        <Kbd key={key} size="xs">
          {keyName(key)}
        </Kbd>
      ))}
    </Group>
  );
}
