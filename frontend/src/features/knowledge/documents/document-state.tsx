import { Button, Group, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArchive,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconEyeOff,
  IconLoader2,
  IconPlayerPause,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DocumentAction, DocumentState, KnowledgeDocument } from "@/api/types";
import { AnchorLink } from "@/components/links";
import classes from "@/features/knowledge/documents/documents.module.css";
import { isWorking, remedyOf, shareDone } from "@/features/knowledge/documents/progress";
import { ProgressBar } from "@/components/progress-bar";
import { duration } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

const LOOKS: Record<DocumentState, { icon: typeof IconClock; color: string }> = {
  queuing: { icon: IconClock, color: "var(--mantine-color-dimmed)" },
  indexing: { icon: IconLoader2, color: "var(--tm-busy)" },
  paused: { icon: IconPlayerPause, color: "var(--tm-warn)" },
  error: { icon: IconCircleX, color: "var(--tm-bad)" },
  available: { icon: IconCircleCheck, color: "var(--tm-good)" },
  disabled: { icon: IconEyeOff, color: "var(--mantine-color-dimmed)" },
  archived: { icon: IconArchive, color: "var(--mantine-color-dimmed)" },
};

export type Remedy = "replace" | "recut";

interface Props {
  document: KnowledgeDocument;
  /** Null for those who may only look. */
  onAct: ((action: DocumentAction) => void) | null;
  onRemedy: (remedy: Remedy) => void;
}

/** Where a document stands: on its way, in the index, or why not and what helps. */
export function DocumentStateCell({ document, onAct, onRemedy }: Props) {
  const { t } = useTranslation("knowledge");
  const { icon: Icon, color } = LOOKS[document.state];
  return (
    <div className={classes.state}>
      <Group component="span" gap={5} wrap="nowrap" display="inline-flex">
        <Icon size={15} color={color} aria-hidden />
        <Text span size="sm" c={color}>
          {t(`state.${document.state}`)}
        </Text>
      </Group>
      {document.state === "indexing" && <Way document={document} />}
      {document.error && !isWorking(document) && <Failure document={document} onAct={onAct} onRemedy={onRemedy} />}
      {document.state === "paused" && onAct && (
        <Button size="compact-xs" variant="default" onClick={() => onAct("retry")}>
          {t("action.goOn")}
        </Button>
      )}
    </div>
  );
}

function Way({ document }: { document: KnowledgeDocument }) {
  const { t } = useTranslation("knowledge");
  const language = useLanguage();
  const { stage, done, total, left_s: left } = document;
  const counted = stage === "indexing" && total > 0;
  const words = [
    counted ? t("stage.counted", { done, count: total }) : t(`stage.${stage}`),
    ...(left ? [t("stage.left", { time: duration(left, language) })] : []),
  ].join(" · ");
  return (
    <>
      <ProgressBar size="sm" mt={4} value={shareDone(document)} label={t("progress.of", { name: document.name })} told={words} />
      <Text size="xs" c="dimmed">
        {words}
        {document.searchable && ` · ${t("stage.former")}`}
      </Text>
    </>
  );
}

function Failure({ document, onAct, onRemedy }: Props) {
  const { t, i18n } = useTranslation(["knowledge", "errors"]);
  const { code = "", message = "" } = document.error ?? {};
  const cause = i18n.exists(code, { ns: "errors" }) ? t(`errors:${code}`, { message }) : message;
  const remedy = remedyOf(code);
  return (
    <div className={classes.failure}>
      {document.state !== "error" && <IconAlertTriangle size={14} color="var(--tm-warn)" aria-hidden />}
      <Text size="xs">{cause || t("failure.unknown")}</Text>
      {onAct && (
        <Group gap={6} mt={4}>
          {(remedy === "replace" || remedy === "recut") && (
            <Button size="compact-xs" variant="default" onClick={() => onRemedy(remedy)}>
              {t(`failure.${remedy}`)}
            </Button>
          )}
          {remedy === "models" && (
            <AnchorLink to="/settings/models" size="xs" underline="always">
              {t("failure.models")}
            </AnchorLink>
          )}
          <Button size="compact-xs" variant="default" onClick={() => onAct("retry")}>
            {t("common:action.retry")}
          </Button>
        </Group>
      )}
    </div>
  );
}
