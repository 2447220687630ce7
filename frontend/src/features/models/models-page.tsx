import { Box, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";
import { BuiltinModels } from "@/features/models/builtin-models";
import { CredentialCard } from "@/features/models/credential-card";
import { CredentialDialog } from "@/features/models/credential-dialog";
import { DefaultModels } from "@/features/models/default-models";
import { credentialsQuery, modelsQuery, providersQuery } from "@/features/models/model-queries";
import { ProviderShelf } from "@/features/models/provider-shelf";
import { useWorkspace } from "@/lib/use-workspace";

export default function ModelsPage() {
  const { t } = useTranslation("models");
  const workspace = useWorkspace();
  const mayManage = workspace.can("credential.manage");
  const { add } = useSearch({ from: "/frame/settings/models" });
  const navigate = useNavigate({ from: "/settings/models" });
  const [edited, setEdited] = useState<Credential | null>(null);
  const providers = useQuery(providersQuery(workspace.id));
  const credentials = useQuery({ ...credentialsQuery(workspace.id), enabled: mayManage });
  const models = useQuery(modelsQuery(workspace.id));

  const setAdd = (value: string | undefined) => void navigate({ search: { add: value }, replace: true });
  const error = providers.error ?? credentials.error ?? models.error;
  const retry = () => {
    void providers.refetch();
    void credentials.refetch();
    void models.refetch();
  };
  const addable = providers.data?.filter((provider) => provider.fields.length > 0) ?? [];

  return (
    <>
      <PageHeader
        title={t("title")}
        hint={t("hint")}
        actions={
          mayManage && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdd("pick")}>
              {t("add.action")}
            </Button>
          )
        }
      />
      {error && (
        <Box mb="xl">
          <ErrorState error={error} onRetry={retry} />
        </Box>
      )}
      <Stack gap="xl">
        <section aria-labelledby="yours-title" hidden={error !== null && !credentials.data && !models.data}>
          <Title order={2} size="h4" id="yours-title" mb="sm">
            {t("yours.title")}
          </Title>
          {!mayManage && (
            <Text size="sm" c="dimmed" mb="sm">
              {t("yours.viewer")}
            </Text>
          )}
          <Stack gap="sm">
            {mayManage && credentials.isPending && !error && <Skeleton height={88} />}
            {credentials.data?.map((credential) => (
              <CredentialCard
                key={credential.id}
                credential={credential}
                provider={providers.data?.find((one) => one.id === credential.provider)}
                onEdit={() => setEdited(credential)}
              />
            ))}
            {credentials.data?.length === 0 && (
              <EmptyState title={t("yours.emptyTitle")} hint={t("yours.emptyHint")}>
                <Button onClick={() => setAdd("pick")}>{t("add.action")}</Button>
              </EmptyState>
            )}
            <BuiltinModels models={models.data?.filter((model) => model.builtin) ?? []} providers={providers.data ?? []} />
          </Stack>
        </section>
        <DefaultModels models={models.data ?? []} mayEdit={mayManage} />
        {mayManage && (
          <section aria-labelledby="providers-title" hidden={providers.isError && !providers.data}>
            <Group justify="space-between" mb="sm">
              <Title order={2} size="h4" id="providers-title">
                {t("providers.title")}
              </Title>
            </Group>
            {providers.isPending && !error && <Skeleton height={200} />}
            <ProviderShelf
              providers={addable}
              credentials={credentials.data ?? []}
              onChoose={(provider) => setAdd(provider.id)}
              label={t("providers.title")}
            />
          </section>
        )}
      </Stack>
      {mayManage && providers.data && add && (
        <CredentialDialog providers={addable} providerId={add === "pick" ? undefined : add} onClose={() => setAdd(undefined)} />
      )}
      {edited && providers.data && <CredentialDialog providers={addable} credential={edited} onClose={() => setEdited(null)} />}
    </>
  );
}
