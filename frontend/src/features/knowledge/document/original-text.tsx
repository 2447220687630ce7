import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import classes from "@/features/knowledge/document/document.module.css";
import { excerptOf } from "@/features/knowledge/document/places";
import type { Pieces } from "@/features/knowledge/document/use-pieces";
import { documentTextQuery } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** How much of a long text stands around the pieces of the open page, in characters. */
const AROUND = 20_000;

/** What was read of the document, with the places of the pieces; a click on a place chooses its piece. */
export function OriginalText({ dataset, document, pieces }: { dataset: Dataset; document: KnowledgeDocument; pieces: Pieces }) {
  const { t } = useTranslation("knowledge-document");
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(documentTextQuery(workspace.id, dataset.id, document.id));
  const [whole, setWhole] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const text = data?.text ?? "";
  // While the document is indexed anew its text may be newer than the pieces that queries find.
  const settled = document.stage === "completed";
  const rows = settled ? pieces.rows : undefined;
  const excerpt = useMemo(() => excerptOf(text, rows ?? [], whole ? text.length : AROUND), [text, rows, whole]);
  const placed = excerpt.stretches.some((stretch) => stretch.ids.length > 0);
  const cut = excerpt.start > 0 || excerpt.end < text.length;
  const { chosen } = pieces;

  useEffect(() => {
    if (!chosen) return;
    const mark = body.current?.querySelector(`[data-pieces~="${CSS.escape(chosen)}"]`);
    mark?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, [chosen, excerpt]);

  const more = (words: string) => (
    <Button size="compact-xs" variant="default" onClick={() => setWhole(true)}>
      {words}
    </Button>
  );
  return (
    <section className={classes.pane} aria-labelledby="original-title">
      <div className={classes.paneHead}>
        <Title order={2} size="h5" id="original-title">
          {t("original.title")}
        </Title>
        <Text size="xs" c="dimmed">
          {data &&
            (placed ? t("original.hint") : !settled ? t("original.changing") : rows && rows.length > 0 ? t("original.noPlaces") : "")}
        </Text>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
      <div className={classes.original} ref={body} tabIndex={0} role="group" aria-label={t("original.title")}>
        {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeletons />}
        {data && !data.ready && <Text c="dimmed">{t("original.notRead")}</Text>}
        {data?.ready && !text && <Text c="dimmed">{t("original.empty")}</Text>}
        {cut && excerpt.start > 0 && more(t("original.earlier"))}
        {excerpt.stretches.map((stretch) => {
          const words = text.slice(stretch.start, stretch.end);
          if (stretch.ids.length === 0) return <span key={stretch.start}>{words}</span>;
          const on = chosen !== undefined && stretch.ids.includes(chosen);
          const odd = (rows?.findIndex((row) => row.id === stretch.ids[0]) ?? 0) % 2 === 1;
          return (
            <Link
              key={stretch.start}
              from="/knowledge/$datasetId/documents/$documentId"
              to="."
              search={(now: object) => ({ ...now, segment: stretch.ids.at(-1) })}
              replace
              preload={false}
              resetScroll={false}
              // The same way by keyboard: «Show in the original» at each piece.
              tabIndex={-1}
              className={classes.place}
              data-pieces={stretch.ids.join(" ")}
              data-odd={odd || undefined}
              data-overlap={stretch.ids.length > 1 || undefined}
              data-chosen={on || undefined}
              draggable={false}
            >
              {words}
            </Link>
          );
        })}
        {cut && excerpt.end < text.length && more(t("original.later"))}
      </div>
    </section>
  );
}

function Skeletons() {
  return (
    <Stack gap="xs">
      {[92, 80, 96, 60, 88].map((width) => (
        <Skeleton key={width} height={14} width={`${width}%`} />
      ))}
    </Stack>
  );
}
