import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh, IconSearch } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { ButtonLink } from "@/components/links";
import { useCommandBar } from "@/lib/commands";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  error: unknown;
  onRetry?: () => void;
  title?: string;
  /** Set where this is all the page shows. */
  page?: boolean;
}

function detailsOf(error: unknown): string {
  if (error instanceof ApiError) {
    return JSON.stringify(
      { code: error.code, status: error.status, message: error.message, details: error.details, request_id: error.requestId },
      null,
      2,
    );
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** An error in place: one sentence, retry, and the technical part folded away. */
export function ErrorState({ error, onRetry, title, page = false }: Props) {
  const { t } = useTranslation();
  const words = useErrorText();
  const [open, setOpen] = useState(false);
  const foldId = useId();
  const details = detailsOf(error);
  const status = error instanceof ApiError ? error.status : 0;
  const search = useCommandBar((bar) => bar.show);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? t("state.errorTitle")}
      m={page ? "xl" : undefined}
      maw={page ? "44rem" : undefined}
      style={page ? { alignSelf: "start" } : undefined}
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{words(error)}</Text>
        <Group gap="xs">
          {onRetry && (
            <Button size="xs" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRetry}>
              {t("action.retry")}
            </Button>
          )}
          {status === 404 && (
            <Button size="xs" variant="default" leftSection={<IconSearch size={14} aria-hidden />} onClick={search}>
              {t("state.search")}
            </Button>
          )}
          {status >= 500 && (
            <ButtonLink to="/settings/about" size="xs" variant="default">
              {t("state.services")}
            </ButtonLink>
          )}
          <Button size="xs" variant="default" aria-expanded={open} aria-controls={foldId} onClick={() => setOpen(!open)}>
            {open ? t("state.hideDetails") : t("state.showDetails")}
          </Button>
        </Group>
        {open && (
          <Stack gap="xs" id={foldId} w="100%">
            <Code block>{details}</Code>
            <CopyButton value={details}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy} style={{ alignSelf: "flex-start" }}>
                  {copied ? t("action.copied") : t("action.copy")}
                </Button>
              )}
            </CopyButton>
          </Stack>
        )}
      </Stack>
    </Alert>
  );
}
