import { Alert, Button, Group, Tabs, Text, TextInput } from "@mantine/core";
import { IconFiles, IconTextCaption, IconWorld } from "@tabler/icons-react";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { Dataset } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import classes from "@/features/knowledge/add/add.module.css";
import { CutPreview } from "@/features/knowledge/add/cut-preview";
import { wrongFields } from "@/features/knowledge/add/cutting";
import { CuttingFields } from "@/features/knowledge/add/cutting-fields";
import { Estimate } from "@/features/knowledge/add/estimate";
import { FileSource } from "@/features/knowledge/add/file-source";
import { IndexFields } from "@/features/knowledge/add/index-fields";
import { PageSource } from "@/features/knowledge/add/page-source";
import type { PreviewSettings } from "@/features/knowledge/add/preview";
import { TextSource } from "@/features/knowledge/add/text-source";
import { useAdd } from "@/features/knowledge/add/use-add";
import { hasSource, isSending, previewSources, useWizard, type Wizard } from "@/features/knowledge/add/use-wizard";
import { useErrorText } from "@/lib/use-error-text";

type Step = "sources" | "cutting" | "index";

/** From files to indexed knowledge in three steps. `dataset` is the one to add to; without it a new one is made. */
export function AddWizard({ dataset }: { dataset?: Dataset }) {
  const { t } = useTranslation(["knowledge-add", "common"]);
  const words = useErrorText();
  const navigate = useNavigate();
  const wizard = useWizard(dataset);
  const add = useAdd(wizard, dataset);
  const [step, setStep] = useState<Step>("sources");
  const left = useRef(false);
  const blocker = useBlocker({
    shouldBlockFn: () => hasSource(wizard) && !left.current,
    enableBeforeUnload: () => hasSource(wizard) && !left.current,
    withResolver: true,
  });

  const undecided = !dataset?.indexing_technique;
  const steps: Step[] = undecided ? ["sources", "cutting", "index"] : ["sources", "cutting"];
  const place = steps.indexOf(step);
  const settings: PreviewSettings = {
    cutting: wizard.cutting,
    language: wizard.language,
    dataset: dataset?.id,
    technique: undecided ? wizard.index.technique : "",
    provider: undecided ? wizard.index.provider : "",
    model: undecided ? wizard.index.model : "",
  };
  const sources = previewSources(wizard);
  const named = dataset !== undefined || wizard.name.trim() !== "";
  const ready = named && sources.length > 0 && !isSending(wizard) && wrongFields(wizard.cutting).size === 0;
  const nameTaken = add.error instanceof ApiError && add.error.code === "dataset_name_duplicate";

  const go = (to: Step | undefined) => {
    if (!to) return;
    setStep(to);
    document.getElementById("page")?.focus();
  };
  const finish = (empty: boolean) =>
    add.mutate(
      { empty },
      {
        onSuccess: ({ dataset: { id }, batch }) => {
          left.current = true;
          void navigate({
            to: "/knowledge/$datasetId/documents",
            params: { datasetId: id },
            search: { batch: batch ?? undefined, sort: "position" },
          });
        },
      },
    );
  return (
    <>
      <ol className={classes.steps} aria-label={t("steps.label")}>
        {steps.map((one, index) => (
          <li key={one} className={classes.step} aria-current={one === step ? "step" : undefined}>
            <span className={classes.stepNumber} aria-hidden>
              {index + 1}
            </span>
            {t(`steps.${one}`)}
          </li>
        ))}
      </ol>
      {!dataset && step !== "cutting" && (
        <TextInput
          mb="lg"
          maw="30rem"
          label={t("name.label")}
          description={t("name.hint")}
          maxLength={100}
          value={wizard.name}
          error={nameTaken ? words(add.error) : undefined}
          onChange={(event) => wizard.set({ name: event.currentTarget.value })}
        />
      )}
      {/* Kept, so that a half-typed address and found pages are there again on the way back. */}
      <div hidden={step !== "sources"}>
        <Sources wizard={wizard} />
      </div>
      {step === "cutting" && (
        <div className={classes.columns}>
          <CuttingFields
            cutting={wizard.cutting}
            language={wizard.language}
            onChange={(cutting) => wizard.set({ cutting })}
            onLanguage={(language) => wizard.set({ language })}
          />
          <CutPreview sources={sources} settings={settings} waiting={isSending(wizard)} />
        </div>
      )}
      {step === "index" && (
        <div style={{ maxWidth: "36rem" }}>
          <IndexFields choice={wizard.index} onChange={(index) => wizard.set({ index })} />
        </div>
      )}
      {add.error && (
        <Alert color="red" variant="light" role="alert" mt="lg" title={t("failed")}>
          {words(add.error)}
        </Alert>
      )}
      <div className={classes.bar}>
        <div>
          {step === "sources" ? (
            <Text size="sm">{t(sources.length > 0 ? "bar.sources" : "bar.none", { count: sources.length })}</Text>
          ) : (
            <Estimate sources={sources} settings={settings} />
          )}
          <SendingNote wizard={wizard} />
        </div>
        <Group gap="xs">
          {place > 0 && (
            <Button variant="default" onClick={() => go(steps[place - 1])}>
              {t("bar.back")}
            </Button>
          )}
          {!dataset && step === "sources" && !hasSource(wizard) && (
            <Button variant="default" disabled={!named} loading={add.isPending} onClick={() => finish(true)}>
              {t("bar.empty")}
            </Button>
          )}
          {place < steps.length - 1 ? (
            <Button disabled={!hasSource(wizard)} onClick={() => go(steps[place + 1])}>
              {t("bar.next")}
            </Button>
          ) : (
            <Button disabled={!ready} loading={add.isPending} onClick={() => finish(false)}>
              {t("bar.start", { count: sources.length })}
            </Button>
          )}
        </Group>
      </div>
      {blocker.status === "blocked" && (
        <ConfirmDialog
          title={t("leave.title")}
          text={t("leave.text")}
          confirm={t("leave.confirm")}
          onConfirm={blocker.proceed}
          onClose={blocker.reset}
        />
      )}
    </>
  );
}

/** Says what still stands in the way of the last step. */
function SendingNote({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation("knowledge-add");
  const waiting = wizard.files.filter(({ state }) => state === "waiting" || state === "sending").length;
  const failed = wizard.files.filter(({ state }) => state === "failed").length;
  if (waiting + failed === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {[...(waiting > 0 ? [t("bar.sending", { count: waiting })] : []), ...(failed > 0 ? [t("bar.failed", { count: failed })] : [])].join(
        " · ",
      )}
    </Text>
  );
}

function Sources({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation("knowledge-add");
  return (
    <Tabs defaultValue="files" keepMounted>
      <Tabs.List mb="lg">
        <Tabs.Tab value="files" leftSection={<IconFiles size={16} aria-hidden />}>
          {wizard.files.length > 0 ? t("tab.filesCount", { count: wizard.files.length }) : t("tab.files")}
        </Tabs.Tab>
        <Tabs.Tab value="text" leftSection={<IconTextCaption size={16} aria-hidden />}>
          {t(wizard.text.trim() ? "tab.textGiven" : "tab.text")}
        </Tabs.Tab>
        <Tabs.Tab value="pages" leftSection={<IconWorld size={16} aria-hidden />}>
          {wizard.pages.length > 0 ? t("tab.pagesCount", { count: wizard.pages.length }) : t("tab.pages")}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="files">
        <FileSource wizard={wizard} />
      </Tabs.Panel>
      <Tabs.Panel value="text">
        <TextSource wizard={wizard} />
      </Tabs.Panel>
      <Tabs.Panel value="pages">
        <PageSource wizard={wizard} />
      </Tabs.Panel>
    </Tabs>
  );
}
