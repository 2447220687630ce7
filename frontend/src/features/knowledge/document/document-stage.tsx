import { Alert, Button, Group, Paper, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPause, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { useDocumentAction } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const STAGES = ["waiting", "parsing", "cleaning", "splitting", "indexing"] as const;

/** Where indexing stands while it is not through: how far, why it failed, and how to go on. */
export function DocumentStage({ dataset, document }: { dataset: Dataset; document: KnowledgeDocument }) {
  const { t, i18n } = useTranslation(["knowledge-document", "errors"]);
  const workspace = useWorkspace();
  const words = useErrorText();
  const act = useDocumentAction(dataset.id);
  const mayEdit = workspace.can("knowledge.edit");
  const again = (
    <Button
      size="xs"
      leftSection={<IconRefresh size={14} aria-hidden />}
      loading={act.isPending}
      onClick={() => act.mutate({ action: "retry", ids: [document.id] })}
    >
      {t(document.stage === "paused" ? "stage.goOn" : "stage.retry")}
    </Button>
  );
  const refused = act.error && (
    <Text size="sm" c="var(--tm-bad)" role="alert">
      {words(act.error)}
    </Text>
  );
  if (document.stage === "error" || (document.stage === "completed" && document.error)) {
    const { code = "", message = "" } = document.error ?? {};
    const cause = i18n.exists(code, { ns: "errors" }) ? t(`errors:${code}`, { message }) : message;
    return (
      <Alert
        color="red"
        variant="light"
        mb="sm"
        icon={<IconAlertTriangle aria-hidden />}
        title={t(document.stage === "error" ? "stage.failed" : "stage.failedPieces")}
      >
        <Text size="sm">{cause || t("stage.noCause")}</Text>
        {document.stage === "error" && document.searchable && <Text size="sm">{t("stage.former")}</Text>}
        {mayEdit && <Group mt="xs">{again}</Group>}
        {refused}
      </Alert>
    );
  }
  if (document.stage === "paused") {
    return (
      <Alert color="yellow" variant="light" mb="sm" icon={<IconPlayerPause aria-hidden />} title={t("stage.paused")}>
        <Text size="sm">{t(document.searchable ? "stage.former" : "stage.pausedHint")}</Text>
        {mayEdit && <Group mt="xs">{again}</Group>}
        {refused}
      </Alert>
    );
  }
  const place = STAGES.findIndex((stage) => stage === document.stage);
  if (place < 0) return null;
  const counted = document.stage === "indexing" && document.total > 0;
  // Reading and cutting take a small share of the whole; embedding is what one waits for.
  const share = counted ? 20 + (80 * document.done) / document.total : place * 5;
  const stage = t(`stage.${document.stage}`);
  const left = document.left_s ? t("stage.left", { count: Math.ceil(document.left_s) }) : "";
  return (
    <Paper withBorder p="sm" mb="sm">
      <Group justify="space-between" gap="sm" mb={6}>
        <Text size="sm" role="status">
          {counted ? t("stage.counted", { stage, done: document.done, total: document.total }) : stage}
          {left && ` · ${left}`}
          {document.searchable && ` · ${t("stage.former")}`}
        </Text>
        {mayEdit && (
          <Button
            size="compact-xs"
            variant="default"
            loading={act.isPending}
            onClick={() => act.mutate({ action: "cancel", ids: [document.id] })}
          >
            {t("stage.cancel")}
          </Button>
        )}
      </Group>
      <Progress value={share} aria-label={t("stage.progress")} animated />
      {refused}
    </Paper>
  );
}
