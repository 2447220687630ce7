import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  hint?: string;
  icon?: ReactNode;
  /** Set where this is all the page shows. */
  page?: boolean;
  children?: ReactNode;
}

/** What stands where a list has nothing yet: what this is, and the one thing to do. */
export function EmptyState({ title, hint, icon, page = false, children }: Props) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      {icon}
      <Title order={page ? 1 : 2} size="h4">
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
