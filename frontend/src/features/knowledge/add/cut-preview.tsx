import { Alert, Button, Group, Loader, NativeSelect, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import classes from "@/features/knowledge/add/add.module.css";
import { wrongFields } from "@/features/knowledge/add/cutting";
import { type Preview, type PreviewSettings, type PreviewSource, previewQuery } from "@/features/knowledge/add/preview";
import { PreviewPieceCard } from "@/features/knowledge/add/preview-piece";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

const SETTLE_MS = 450;

interface Props {
  sources: readonly PreviewSource[];
  settings: PreviewSettings;
  /** Set while files are still on their way. */
  waiting?: boolean;
}

/** The cuts of a chosen source, as the settings beside would make them. Nothing is embedded for it. */
export function CutPreview({ sources, settings, waiting = false }: Props) {
  const { t } = useTranslation("knowledge-add");
  const [chosen, setChosen] = useState(0);
  const headingId = useId();
  const source = sources[Math.min(chosen, sources.length - 1)];
  return (
    <section className={classes.preview} aria-labelledby={headingId}>
      <Group justify="space-between" gap="sm" mb="sm" align="flex-end">
        <Title order={2} size="h5" id={headingId}>
          {t("preview.title")}
        </Title>
        {sources.length > 1 && (
          <NativeSelect
            aria-label={t("preview.choose")}
            maw="24rem"
            value={String(Math.min(chosen, sources.length - 1))}
            data={sources.map(({ name }, index) => ({ value: String(index), label: name || t("text.usualName") }))}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          />
        )}
      </Group>
      {source ? <Cuts source={source} settings={settings} /> : <EmptyState title={t(waiting ? "preview.waiting" : "preview.none")} />}
    </section>
  );
}

function Cuts({ source, settings }: { source: PreviewSource; settings: PreviewSettings }) {
  const { t } = useTranslation(["knowledge-add", "common"]);
  const words = useErrorText();
  const { id: ws } = useWorkspace();
  const [settled] = useDebouncedValue(settings, SETTLE_MS);
  const wrong = wrongFields(settings.cutting).size > 0;
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...previewQuery(ws, source, settled),
    enabled: wrongFields(settled.cutting).size === 0,
  });
  const old = isPlaceholderData || settled !== settings;
  return (
    <>
      <Group gap="sm" mih="1.75rem" role="status" aria-busy={isFetching}>
        {isFetching && <Loader size="xs" aria-hidden />}
        {data && !error && <Facts preview={data} />}
        {!data && isFetching && <Text size="sm">{t("preview.cutting")}</Text>}
        {wrong && <Text size="sm">{t("preview.wrong")}</Text>}
      </Group>
      {error && !isFetching && (
        <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />} title={t("preview.failed")}>
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{words(error)}</Text>
            <Button size="xs" variant="default" onClick={() => void refetch()}>
              {t("common:action.retry")}
            </Button>
          </Stack>
        </Alert>
      )}
      {!data && isFetching && (
        <Stack gap="sm" mt="sm">
          <Skeleton height={110} />
          <Skeleton height={110} />
          <Skeleton height={110} />
        </Stack>
      )}
      {data && !error && <Pieces preview={data} old={old} />}
    </>
  );
}

function Facts({ preview }: { preview: Preview }) {
  const { t } = useTranslation("knowledge-add");
  const number = new Intl.NumberFormat(useLanguage());
  const facts = [
    t("preview.pieces", { count: preview.total, shown: number.format(preview.total) }),
    ...(preview.children > 0 ? [t("preview.children", { count: preview.children, shown: number.format(preview.children) })] : []),
    t("preview.tokens", { count: preview.tokens, shown: number.format(preview.tokens) }),
    ...(preview.pages === null ? [] : [t("preview.pages", { count: preview.pages })]),
    ...(preview.encoding === null ? [] : [preview.encoding]),
  ];
  return <Text size="sm">{facts.join(" · ")}</Text>;
}

function Pieces({ preview, old }: { preview: Preview; old: boolean }) {
  const { t } = useTranslation("knowledge-add");
  return (
    <Stack gap="sm" mt="sm" className={classes.pieces} data-old={old || undefined}>
      {preview.warnings.length > 0 && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
          {preview.warnings.map((warning) => (
            <Text key={warning} size="sm">
              {warning}
            </Text>
          ))}
        </Alert>
      )}
      {preview.needs_model && <Alert variant="light">{t("preview.needsModel")}</Alert>}
      {preview.pieces.map((piece) => (
        <PreviewPieceCard key={piece.position} piece={piece} />
      ))}
      {preview.total > preview.pieces.length && (
        <Text size="sm" c="dimmed">
          {t("preview.more", { shown: preview.pieces.length, count: preview.total })}
        </Text>
      )}
    </Stack>
  );
}
