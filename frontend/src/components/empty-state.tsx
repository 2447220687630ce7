import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  hint?: string;
  icon?: ReactNode;
  children?: ReactNode;
}

/** What stands where a list has nothing yet: what this is, and the one thing to do. */
export function EmptyState({ title, hint, icon, children }: Props) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      {icon}
      <Title order={2} size="h4">
        {title}
      </Title>
      {hint && (
        <Text c="dimmed" maw="34rem">
          {hint}
        </Text>
      )}
      {children && (
        <Group gap="xs" mt="sm" justify="center">
          {children}
        </Group>
      )}
    </Stack>
  );
}
