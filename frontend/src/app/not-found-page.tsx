import { Button, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Stack component="main" align="flex-start" p="xl" maw="36rem" mx="auto" mt="10vh">
      <Title order={1} size="h2">
        {t("notFound.title")}
      </Title>
      <Text c="dimmed">{t("notFound.hint")}</Text>
      <Button component={Link} to="/apps">
        {t("notFound.action")}
      </Button>
    </Stack>
  );
}
