import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconExternalLink } from "@tabler/icons-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { RunErrorView } from "@/features/canvas/run-reducer";
import { AnchorLink } from "@/components/links";
import { fieldOf } from "./failure-fields";
import { FailureFixes } from "./failure-fixes";
import { Fold, JsonFold } from "./json-view";

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
/** Where causes and ways out are worded. */
const PLACES = ["runs", "failures"];

/** What failed, why, and what to do next. Its texts come late: nothing around it is to wait for them. */
export function FailureCard(props: Props) {
  return (
    <Suspense fallback={null}>
      <Card {...props} />
    </Suspense>
  );
}

function Card({ error, nodeId, nodeTitle, handled, onOpenNode }: Props) {
  const { t, i18n } = useTranslation(["runs", "failures"]);
  const key = (kind: string) => PLACES.map((place) => `${place}:${kind}.${error.code}`).find((one) => i18n.exists(one));
  const [causeKey, nextKey] = [key("failure"), key("next")];
  const worded = causeKey !== undefined;
  const cause = worded ? t(causeKey, { ...error.details, message: error.message }) : error.message;
  const next = nextKey ? t(nextKey) : null;
  const { traceback, body: answer, stdout: _printed, ...rest } = error.details;
  const title = nodeTitle ? t("failure.title", { node: nodeTitle }) : t("failure.titleRun");
  const tone = handled ? "var(--tm-warn)" : "var(--tm-bad)";
  return (
    <Alert
      color={handled ? "yellow" : "red"}
      variant="light"
      styles={{
        // The library's own tints are too strong for a card of this size in the dark.
        root: { backgroundColor: `color-mix(in srgb, ${tone} 9%, var(--mantine-color-body))` },
        title: { color: tone },
        icon: { color: tone },
      }}
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
              onClick={() => onOpenNode(nodeId, fieldOf(error.code))}
            >
              {t("failure.open", { node: nodeTitle ?? nodeId })}
            </Button>
          )}
          {!handled && <FailureFixes code={error.code} nodeId={nodeId} />}
          {MODEL_CODES.has(error.code) && (
            <AnchorLink to="/settings/models" size="sm">
              {t("failure.models")}
            </AnchorLink>
          )}
          <Text size="xs" c="dimmed" ff="monospace">
            {error.code}
          </Text>
        </Group>
        {typeof traceback === "string" && traceback && (
          <Fold title={t("failure.traceback")} copy={traceback} open>
            <pre style={{ margin: 0, overflowX: "auto" }}>{traceback}</pre>
          </Fold>
        )}
        {typeof answer === "string" && answer && <JsonFold title={t("failure.answer")} value={answer} open />}
        {Object.keys(rest).length > 0 && <JsonFold title={t("failure.details")} value={rest} />}
      </Stack>
    </Alert>
  );
}
