import { Tabs, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { CopyField } from "@/components/copy-field";
import { PublishCard } from "@/features/publish/card";
import { CodeSample } from "@/features/publish/code-sample";
import { KEY_PLACEHOLDER, mcpAddress } from "@/features/publish/examples";
import { MCP_CLIENTS, type McpClient, mcpCode } from "@/features/publish/mcp";

/** The app as a tool of assistants. */
export function McpCard({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const [client, setClient] = useState<McpClient>("config");
  const address = mcpAddress(app.id);
  return (
    <PublishCard id="mcp" title={t("mcp.title")} hint={t(app.api_enabled ? "mcp.hint" : "mcp.off")}>
      <CopyField label={t("mcp.address")} value={address} />
      <Tabs value={client} onChange={(value) => setClient(MCP_CLIENTS.find((one) => one === value) ?? client)}>
        <Tabs.List mb="xs">
          {MCP_CLIENTS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`mcp.client.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {MCP_CLIENTS.map((one) => (
          <Tabs.Panel key={one} value={one}>
            {one === client && <CodeSample label={t(`mcp.client.${one}`)} code={mcpCode(one, app.name, address)} />}
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="sm" c="dimmed">
        {t("mcp.key", { key: KEY_PLACEHOLDER })}
      </Text>
    </PublishCard>
  );
}
