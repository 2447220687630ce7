import { KEY_PLACEHOLDER } from "@/features/publish/examples";

export const MCP_CLIENTS = ["config", "curl"] as const;
export type McpClient = (typeof MCP_CLIENTS)[number];

/** The app's name as an identifier; «app» where nothing is left of it. */
export function serverName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return plain || "app";
}

/** How a client is told of the app: the configuration that most of them read, or a call that lists its tool. */
export function mcpCode(client: McpClient, name: string, address: string): string {
  if (client === "config") {
    const server = { type: "http", url: address, headers: { Authorization: `Bearer ${KEY_PLACEHOLDER}` } };
    return JSON.stringify({ mcpServers: { [serverName(name)]: server } }, null, 2);
  }
  return [
    `curl -X POST '${address}' \\`,
    `  -H 'Authorization: Bearer ${KEY_PLACEHOLDER}' \\`,
    "  -H 'Content-Type: application/json' \\",
    "  -H 'Accept: application/json, text/event-stream' \\",
    `  -d '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'`,
  ].join("\n");
}
