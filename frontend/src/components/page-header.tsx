import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
}

/** A page's heading with its main acts; also names the browser tab. */
export function PageHeader({ title, hint, actions }: Props) {
  useDocumentTitle(title);
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg">
      <Stack gap={2} flex="1 1 20rem" maw="44rem">
        <Title order={1} size="h2">
          {title}
        </Title>
        {hint && <Text c="dimmed">{hint}</Text>}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}

export function useDocumentTitle(title: string | undefined): void {
  const { t } = useTranslation();
  const product = t("product");
  useEffect(() => {
    document.title = title ? `${title} · ${product}` : product;
  }, [title, product]);
}
