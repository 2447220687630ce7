import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  id: string;
  title: string;
  hint?: ReactNode;
  /** What stands at the right of the title: usually a switch. */
  aside?: ReactNode;
  children?: ReactNode;
}

/** One way to use what is published. The page's list of contents leads to its id. */
export function PublishCard({ id, title, hint, aside, children }: Props) {
  return (
    <Paper component="section" withBorder radius="md" p="lg" id={id} aria-labelledby={`${id}-title`} style={{ scrollMarginTop: "1rem" }}>
      <Group justify="space-between" align="flex-start" gap="xs" mb={children ? "md" : 0}>
        <div style={{ flex: "1 1 16rem" }}>
          <Title order={2} size="h4" id={`${id}-title`}>
            {title}
          </Title>
          {hint && (
            <Text size="sm" c="dimmed" component="div">
              {hint}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children && <Stack gap="md">{children}</Stack>}
    </Paper>
  );
}
