import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Stands where a part of the studio could not be loaded. Only a fresh page knows the names of the parts that there are now. */
export function MissingPart() {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" variant="light" icon={<IconRefresh aria-hidden />} title={t("missingPart.title")} m="xl" maw="44rem">
      <MissingPartText />
    </Alert>
  );
}

/** Why, and the way out. */
export function MissingPartText() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">{t("missingPart.text")}</Text>
      <Button size="xs" onClick={() => window.location.reload()}>
        {t("missingPart.reload")}
      </Button>
    </Stack>
  );
}
