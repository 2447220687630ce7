import { Alert, List, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { Provider } from "@/api/types";
import { useErrorText } from "@/lib/use-error-text";

const NEXT_ACTS: Record<string, readonly string[]> = {
  provider_unauthorized: ["checkKey", "checkProvider"],
  provider_quota_exceeded: ["topUp"],
  provider_unavailable: ["checkUrl", "checkServer"],
  provider_timeout: ["tryAgain", "checkServer"],
  provider_rate_limited: ["waitMinute"],
  provider_bad_response: ["checkUrl"],
  provider_bad_request: ["checkUrl"],
  model_not_found: ["checkUrl", "checkName"],
  address_refused: ["checkUrl"],
};

/** Why the test failed, in the provider's words too, and what to do now. */
export function TestFailure({ error, provider }: { error: unknown; provider: Provider }) {
  const { t } = useTranslation("models");
  const words = useErrorText();
  const known = error instanceof ApiError ? error : null;
  const acts = NEXT_ACTS[known?.code ?? ""] ?? [];
  const sentence = words(error);
  const cause = known?.message && known.message !== sentence ? known.message : null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconPlugConnectedX aria-hidden />}
      title={t("test.failed", { provider: provider.label })}
      role="alert"
    >
      <Text size="sm">{sentence}</Text>
      {cause && (
        <Text size="sm" c="dimmed" mt={4} style={{ wordBreak: "break-word" }}>
          {cause}
        </Text>
      )}
      {acts.length > 0 && (
        <List size="sm" mt="xs">
          {acts.map((act) => (
            <List.Item key={act}>{t(`act.${act}`)}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
