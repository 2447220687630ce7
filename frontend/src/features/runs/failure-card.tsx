import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconExternalLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RunErrorView } from "@/features/canvas/run-reducer";
import { AnchorLink } from "@/components/links";
import { JsonFold } from "./json-view";

interface Props {
  error: RunErrorView;
  nodeId: string | null;
  nodeTitle: string | null;
  /** The strategy that let the run go on. */
  handled?: string | null;
  onOpenNode?: (nodeId: string, field?: string) => void;
}

/** Codes whose cure lies in the model settings. */
const MODEL_CODES = new Set(["model_not_configured", "provider_unauthorized"]);
/** Codes whose cause is one field of the node. */
const FIELDS: Record<string, string> = {
  model_not_configured: "model",
  provider_bad_request: "model",
  context_too_long: "prompt_template",
  template_syntax: "template",
  template_failed: "template",
  structured_output_invalid: "structured_output",
  variable_missing: "",
};

/** What failed, why, and what to do next. */
export function FailureCard({ error, nodeId, nodeTitle, handled, onOpenNode }: Props) {
  const { t, i18n } = useTranslation("runs");
  const worded = i18n.exists(`failure.${error.code}`, { ns: "runs" });
  const cause = worded ? t(`failure.${error.code}`, { ...error.details, message: error.message }) : error.message;
  const next = i18n.exists(`next.${error.code}`, { ns: "runs" }) ? t(`next.${error.code}`) : null;
  const title = nodeTitle ? t("failure.title", { node: nodeTitle }) : t("failure.titleRun");
  return (
    <Alert
      color={handled ? "yellow" : "red"}
      variant="light"
      styles={{ title: { color: handled ? "var(--tm-warn)" : "var(--tm-bad)" } }}
      icon={<IconAlertTriangle aria-hidden />}
      title={title}
      p="sm"
    >
      <Stack gap="xs">
        <Text size="sm">{cause}</Text>
        {worded && error.message && error.message !== cause && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {error.message}
          </Text>
        )}
        {next && <Text size="sm">{next}</Text>}
        {handled && <Text size="sm">{t(`handled.${handled}`)}</Text>}
        <Group gap="xs">
          {nodeId && onOpenNode && (
            <Button
              size="compact-sm"
              leftSection={<IconExternalLink size={14} aria-hidden />}
              onClick={() => onOpenNode(nodeId, FIELDS[error.code] || undefined)}
            >
              {t("failure.open", { node: nodeTitle ?? nodeId })}
            </Button>
          )}
          {MODEL_CODES.has(error.code) && (
            <AnchorLink to="/settings/models" size="sm">
              {t("failure.models")}
            </AnchorLink>
          )}
          <Text size="xs" c="dimmed" ff="monospace">
            {error.code}
          </Text>
        </Group>
        {Object.keys(error.details).length > 0 && <JsonFold title={t("failure.details")} value={error.details} />}
      </Stack>
    </Alert>
  );
}
