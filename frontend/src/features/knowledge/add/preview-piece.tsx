import { Paper, Text } from "@mantine/core";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/features/knowledge/add/add.module.css";
import type { PreviewPiece } from "@/features/knowledge/add/preview";

/** One piece as it would be cut, its children told apart by ground and number. */
export const PreviewPieceCard = memo(function PreviewPieceCard({ piece }: { piece: PreviewPiece }) {
  const { t } = useTranslation("knowledge-add");
  const place = [...piece.headings.slice(-3), ...(piece.page === null ? [] : [t("preview.page", { page: piece.page })])];
  return (
    <Paper component="article" withBorder p="sm" aria-label={t("preview.piece", { position: piece.position })}>
      <div className={classes.pieceHead}>
        <Text size="xs" fw={650}>
          {t("preview.piece", { position: piece.position })}
        </Text>
        <Text size="xs" c="dimmed">
          {t("preview.size", { tokens: piece.tokens, characters: piece.characters })}
        </Text>
        {place.length > 0 && (
          <Text size="xs" c="dimmed" truncate>
            {place.join(" › ")}
          </Text>
        )}
      </div>
      <PieceText piece={piece} />
    </Paper>
  );
});

function PieceText({ piece }: { piece: PreviewPiece }) {
  const { t } = useTranslation("knowledge-add");
  if (piece.question) {
    return (
      <dl className={classes.pair}>
        <dt>{t("preview.question")}</dt>
        <dd>{piece.question}</dd>
        <dt>{t("preview.answer")}</dt>
        <dd>{piece.answer}</dd>
      </dl>
    );
  }
  if (piece.children.length === 0) return <div className={classes.pieceText}>{piece.content}</div>;
  return (
    <ol className={classes.children}>
      {piece.children.map((child) => (
        <li key={child.position}>{child.content}</li>
      ))}
    </ol>
  );
}
