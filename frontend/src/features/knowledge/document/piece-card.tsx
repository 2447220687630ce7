import { ActionIcon, Badge, Button, Group, Switch, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconClock, IconFocus2, IconPencil, IconTrash } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnowledgeDocument, Segment } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import classes from "@/features/knowledge/document/document.module.css";
import { PieceChildren } from "@/features/knowledge/document/piece-children";
import { PieceForm } from "@/features/knowledge/document/piece-form";
import { type Place, useChangeSegment, useSegmentAction } from "@/features/knowledge/document/segment-mutations";
import { MarkedText } from "@/features/knowledge/retrieval/marked-text";
import { useErrorText } from "@/lib/use-error-text";

/** From how many characters on a piece is folded. */
const LONG = 700;

interface Props {
  document: KnowledgeDocument;
  place: Place;
  piece: Segment;
  terms: readonly string[];
  editable: boolean;
  chosen: boolean;
  onChoose(): void;
}

/** One piece: what it says, what it is found by, and whether queries may find it. */
export const PieceCard = memo(function PieceCard({ document, place, piece, terms, editable, chosen, onChoose }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const change = useChangeSegment(place);
  const act = useSegmentAction(place);
  const number = piece.position;
  const long = piece.content.length > LONG;

  return (
    <li className={classes.piece} data-piece={piece.id} data-chosen={chosen || undefined} data-off={!piece.enabled || undefined}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Group gap={6}>
          {piece.start < 0 ? (
            <Text span size="sm" fw={600}>
              {t("piece.number", { number })}
            </Text>
          ) : (
            <Button
              size="compact-xs"
              variant={chosen ? "light" : "default"}
              aria-pressed={chosen}
              leftSection={<IconFocus2 size={13} aria-hidden />}
              aria-label={t("piece.show", { number })}
              onClick={onChoose}
            >
              {t("piece.number", { number })}
            </Button>
          )}
          <PieceFacts piece={piece} />
        </Group>
        {editable && !editing && (
          <Group gap={4} wrap="nowrap" align="center">
            <Tooltip label={t(piece.enabled ? "piece.found" : "piece.notFound")}>
              <Switch
                size="xs"
                mr={4}
                aria-label={t("piece.enabled", { number })}
                checked={piece.enabled}
                disabled={change.isPending}
                onChange={(event) => change.mutate({ id: piece.id, enabled: event.currentTarget.checked })}
              />
            </Tooltip>
            <Tooltip label={t("common:action.edit")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("piece.edit", { number })} onClick={() => setEditing(true)}>
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("common:action.delete")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("piece.delete", { number })} onClick={() => setDeleting(true)}>
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        )}
      </Group>
      {editing ? (
        <PieceForm
          document={document}
          piece={piece}
          error={change.error}
          saving={change.isPending}
          onCancel={() => {
            change.reset();
            setEditing(false);
          }}
          onSave={(made) => change.mutate({ id: piece.id, ...made }, { onSuccess: () => setEditing(false) })}
        />
      ) : (
        <>
          {change.error && (
            <Text size="sm" c="var(--tm-bad)" role="alert">
              {words(change.error)}
            </Text>
          )}
          <div className={classes.content} data-folded={(long && !unfolded) || undefined}>
            {document.doc_form === "qa_model" && (
              <Text span size="xs" c="dimmed" fw={600} display="block">
                {t("form.question")}
              </Text>
            )}
            <MarkedText text={piece.content} terms={terms} />
            {piece.answer && (
              <>
                <Text span size="xs" c="dimmed" fw={600} display="block" mt={6}>
                  {t("form.answer")}
                </Text>
                <MarkedText text={piece.answer} terms={terms} />
              </>
            )}
          </div>
          {long && (
            <Button size="compact-xs" variant="subtle" mt={4} aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
              {t(unfolded ? "piece.fold" : "piece.unfold")}
            </Button>
          )}
          {piece.keywords.length > 0 && (
            <Group gap={4} mt={6} aria-label={t("form.keywords")} role="group">
              {piece.keywords.map((word) => (
                <Badge key={word} size="sm" variant="default" tt="none" fw={500}>
                  {word}
                </Badge>
              ))}
            </Group>
          )}
        </>
      )}
      {document.doc_form === "hierarchical_model" && <PieceChildren place={place} piece={piece} editable={editable} />}
      {deleting && (
        <ConfirmDialog
          title={t("piece.deleteTitle", { number })}
          text={t("piece.deleteText")}
          confirm={t("common:action.delete")}
          error={act.error}
          busy={act.isPending}
          onConfirm={() => act.mutate({ action: "delete", ids: [piece.id] }, { onSuccess: () => setDeleting(false) })}
          onClose={() => setDeleting(false)}
        />
      )}
    </li>
  );
});

function PieceFacts({ piece }: { piece: Segment }) {
  const { t } = useTranslation("knowledge-document");
  const facts = [
    t("piece.words", { count: piece.word_count }),
    t("piece.hits", { count: piece.hit_count }),
    piece.page === null ? null : t("piece.page", { page: piece.page }),
    piece.headings.length > 0 ? piece.headings.join(" › ") : null,
    piece.edited ? t("piece.edited") : null,
  ].filter((fact): fact is string => fact !== null);
  return (
    <>
      <Text span size="xs" c="dimmed">
        {facts.join(" · ")}
      </Text>
      {!piece.enabled && (
        <Badge size="sm" variant="default" tt="none">
          {t("piece.disabled")}
        </Badge>
      )}
      {piece.status === "waiting" && (
        <Badge size="sm" variant="default" tt="none" leftSection={<IconClock size={12} aria-hidden />}>
          {t("piece.waiting")}
        </Badge>
      )}
      {piece.status === "error" && (
        <Tooltip label={piece.error || t("piece.failed")} multiline maw={320}>
          <Badge size="sm" variant="default" tt="none" c="var(--tm-bad)" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
            {t("piece.failed")}
          </Badge>
        </Tooltip>
      )}
    </>
  );
}
