import { Alert, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Settings, toolNames } from "./settings";

/** What an agent does today, and which of its tools wait. */
export function AgentNote({ settings }: { settings: Settings }) {
  const { t } = useTranslation("simple");
  const tools = toolNames(settings);
  return (
    <Alert variant="light" color="blue" icon={<IconInfoCircle size={18} aria-hidden />} title={t("agent.title")}>
      <Text size="sm">{t("agent.text")}</Text>
      {tools.length > 0 && <Text size="sm">{t("agent.tools", { names: tools.join(", ") })}</Text>}
    </Alert>
  );
}
