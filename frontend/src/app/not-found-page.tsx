import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCommandBar } from "@/lib/commands";

/** `framed` where the frame with its command bar stands around it. */
function Missing({ framed }: { framed: boolean }) {
  const { t } = useTranslation();
  const search = useCommandBar((bar) => bar.show);
  return (
    <Stack component={framed ? "div" : "main"} align="flex-start" p="xl" maw="36rem" mx="auto" mt="10vh">
      <Title order={1} size="h2">
        {t("notFound.title")}
      </Title>
      <Text c="dimmed">{t("notFound.hint")}</Text>
      <Group gap="xs">
        <Button component={Link} to="/apps">
          {t("notFound.action")}
        </Button>
        {framed && (
          <Button variant="default" onClick={search}>
            {t("state.search")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** For an address that leads nowhere. */
export const NotFoundPage = () => <Missing framed={false} />;
export const FramedNotFound = () => <Missing framed />;
