import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { InputsForm } from "@/features/runs/inputs-form";
import { MarkdownView } from "@/features/runs/markdown-view";
import { type Settings, uploadRules } from "./settings";
import { TryFiles } from "./try-files";
import { TryNotes } from "./try-notes";
import { TrySources } from "./try-sources";
import type { Try } from "./use-try";
import { useTryFiles } from "./use-try-files";

const Batch = lazy(() => import("./batch/batch"));

interface Props {
  app: App;
  settings: Settings;
  test: Try;
  flush(): Promise<boolean>;
}

/** One answer to the inputs, or one for each row of a table. */
export function TryOnce({ app, settings, test, flush }: Props) {
  const { t } = useTranslation("simple");
  const [way, setWay] = useState("once");
  return (
    <Stack p="md" gap="sm">
      <SegmentedControl
        aria-label={t("try.way")}
        value={way}
        onChange={setWay}
        data={[
          { value: "once", label: t("try.once") },
          { value: "batch", label: t("try.batch") },
        ]}
      />
      {way === "batch" ? (
        <Suspense fallback={<Skeleton height={160} />}>
          <Batch app={app} fields={test.fields} flush={flush} />
        </Suspense>
      ) : (
        <Once app={app} settings={settings} test={test} />
      )}
    </Stack>
  );
}

function Once({ app, settings, test }: Omit<Props, "flush">) {
  const { t } = useTranslation(["simple", "runs"]);
  const files = useTryFiles(uploadRules(settings));
  const { runId, view, busy } = test;
  return (
    <>
      <InputsForm fields={test.fields} values={test.values} errors={test.errors} onChange={test.setValue} />
      <TryFiles files={files} />
      <Group>
        {busy ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => void test.stop()}>
            {t("runs:stop")}
          </Button>
        ) : (
          <Button
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            disabled={files.busy}
            onClick={() => void test.start({ files: files.values })}
          >
            {t("try.run")}
          </Button>
        )}
      </Group>
      <TryNotes test={test} />
      <div role="region" aria-label={t("try.answer")} aria-busy={busy}>
        {view?.answer ? (
          <MarkdownView text={view.answer} live={busy} />
        ) : (
          <Text c="dimmed">{busy ? t("runs:chat.thinking") : t("try.empty")}</Text>
        )}
      </div>
      <TrySources resources={test.sources} />
      {runId && view && !busy && (
        <Group gap="sm">
          <Text size="xs" c="dimmed">
            {t("try.tokens", { count: view.tokens })}
          </Text>
          <AnchorLink to="/app/$appId/runs/$runId" params={{ appId: app.id, runId }} size="xs">
            {t("runs:chat.openRun")}
          </AnchorLink>
        </Group>
      )}
    </>
  );
}
