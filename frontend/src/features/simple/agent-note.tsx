import { Alert, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** What an agent does today; its tools, where it has any, stand among the problems. */
export function AgentNote() {
  const { t } = useTranslation("simple");
  return (
    <Alert variant="light" color="blue" icon={<IconInfoCircle size={18} aria-hidden />} title={t("agent.title")}>
      <Text size="sm">{t("agent.text")}</Text>
    </Alert>
  );
}
