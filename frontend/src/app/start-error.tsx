import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { NoWorkspace } from "@/app/guards";
import { MissingPart } from "@/app/missing-part";
import { BrandMark } from "@/components/brand";
import { ErrorState } from "@/components/error-state";
import { useSignOut } from "@/features/auth/use-sign-out";
import { isMissingPart } from "@/lib/chunks";

const AGAIN_MS = 5000;
/** A server that cannot be reached, or is on its way up, is asked again without anybody pressing anything. */
const passes = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 500);

/** What stands in place of the whole studio when it cannot begin. */
export function StartError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  useEffect(() => {
    if (!passes(error)) return;
    const timer = setTimeout(() => void router.invalidate(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, router]);
  if (isMissingPart(error)) return <MissingPart />;
  return (
    <Stack component="main" p="xl" maw="44rem" mx="auto" mt="12vh" gap="lg">
      <Group gap="xs">
        <BrandMark size={32} />
        <Text fw={700} size="lg">
          {t("product")}
        </Text>
      </Group>
      {error instanceof NoWorkspace ? <WithoutWorkspace /> : <ErrorState error={error} onRetry={retry} />}
      {passes(error) && (
        <Text size="sm" c="dimmed">
          {t("start.again")}
        </Text>
      )}
    </Stack>
  );
}

function WithoutWorkspace() {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <Stack align="flex-start" gap="sm">
      <Title order={1} size="h2">
        {t("start.noWorkspace")}
      </Title>
      <Text c="dimmed">{t("start.noWorkspaceHint")}</Text>
      <Button variant="default" onClick={signOut}>
        {t("start.signOut")}
      </Button>
    </Stack>
  );
}
