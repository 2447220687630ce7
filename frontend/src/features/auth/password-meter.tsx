import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PASSWORD_MIN_LENGTH, passwordStrength } from "@/features/auth/password-strength";

const COLORS = ["gray", "red", "yellow", "tide", "teal"] as const;

/** The rule in words and, once something is typed, how strong it is. */
export function PasswordMeter({ password, personal }: { password: string; personal: readonly string[] }) {
  const { t } = useTranslation("auth");
  const strength = passwordStrength(password, personal);
  return (
    <div>
      <Group gap="sm" wrap="nowrap" mt={6} mb={2}>
        <Progress value={strength * 25} color={COLORS[strength]} size="sm" style={{ flex: 1 }} aria-label={t("password.strength")} />
        <Text size="xs" aria-live="polite" miw="5.5rem" ta="end">
          {password ? t(`password.level${strength}`) : ""}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {t("password.rule", { count: PASSWORD_MIN_LENGTH })}
      </Text>
    </div>
  );
}
