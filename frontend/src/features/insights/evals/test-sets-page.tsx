import { Button, Group, Modal, NativeSelect, Skeleton, Stack, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EvalSet } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { TestCases } from "@/features/insights/evals/test-cases";
import { useTestSets } from "@/features/insights/insights-mutations";
import { testSetExportUrl, testSetsQuery } from "@/features/insights/insights-queries";
import { LogsTabs } from "@/features/insights/logs-tabs";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** The cases that were kept from the logs: what is given, and what should be answered. */
export default function TestSetsPage() {
  const { t } = useTranslation("evals");
  const { appId } = useParams({ from: "/frame/app/$appId/evals" });
  const search = useSearch({ from: "/frame/app/$appId/evals" });
  const navigate = useNavigate({ from: "/app/$appId/evals" });
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(testSetsQuery(workspace.id, appId));
  const set = data?.find(({ id }) => id === search.set) ?? data?.[0];
  return (
    <Page width="88rem">
      <PageHeader title={t("title")} hint={t("hint")} />
      <LogsTabs appId={appId} current="evals" />
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={200} />}
      {data && !set && (
        <EmptyState title={t("empty.title")} hint={t("empty.hint")}>
          <ButtonLink to="/app/$appId/logs" params={{ appId }}>
            {t("empty.logs")}
          </ButtonLink>
        </EmptyState>
      )}
      {data && set && (
        <>
          <Group mb="md" gap="xs">
            <NativeSelect
              aria-label={t("set")}
              value={set.id}
              data={data.map((one) => ({ value: one.id, label: t("setOf", { name: one.name, count: one.cases }) }))}
              onChange={(event) => void navigate({ search: { set: event.currentTarget.value }, replace: true })}
            />
            <Button
              component="a"
              href={testSetExportUrl(workspace.id, appId, set.id)}
              download
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              {t("export")}
            </Button>
            {workspace.can("insights.edit") && <SetActs key={set.id} appId={appId} set={set} />}
          </Group>
          <TestCases key={set.id} appId={appId} setId={set.id} />
        </>
      )}
    </Page>
  );
}

/** Another name for a set, and its end. */
function SetActs({ appId, set }: { appId: string; set: EvalSet }) {
  const { t } = useTranslation(["evals", "common"]);
  const words = useErrorText();
  const { rename, remove } = useTestSets(appId);
  const [open, setOpen] = useState<"rename" | "remove" | null>(null);
  const [name, setName] = useState(set.name);
  const close = () => setOpen(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ set: set.id, name: name.trim() }, { onSuccess: close });
  };
  return (
    <>
      <Button variant="subtle" onClick={() => setOpen("rename")}>
        {t("rename")}
      </Button>
      <Button variant="subtle" onClick={() => setOpen("remove")}>
        {t("remove")}
      </Button>
      {open === "rename" && (
        <Modal opened onClose={close} title={t("rename")}>
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label={t("name")}
                value={name}
                maxLength={100}
                error={rename.error ? (fieldErrors(rename.error).name ?? words(rename.error)) : undefined}
                onChange={(event) => setName(event.currentTarget.value)}
                data-autofocus
              />
              <Group justify="flex-end">
                <Button variant="default" onClick={close}>
                  {t("common:action.cancel")}
                </Button>
                <Button type="submit" disabled={!name.trim() || name.trim() === set.name} loading={rename.isPending}>
                  {t("common:action.save")}
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal>
      )}
      {open === "remove" && (
        <ConfirmDialog
          title={t("removeTitle", { name: set.name })}
          text={t("removeText", { count: set.cases })}
          confirm={t("remove")}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() => remove.mutate(set.id, { onSuccess: close })}
          onClose={close}
        />
      )}
    </>
  );
}
