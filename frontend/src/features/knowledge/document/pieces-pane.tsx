import { Button, CloseButton, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnowledgeDocument } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import classes from "@/features/knowledge/document/document.module.css";
import { PieceCard } from "@/features/knowledge/document/piece-card";
import { PieceForm } from "@/features/knowledge/document/piece-form";
import { type Place, useAddSegment } from "@/features/knowledge/document/segment-mutations";
import type { Pieces } from "@/features/knowledge/document/use-pieces";
import { SEGMENTS_PER_PAGE } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

const ListPages = lazy(() => import("@/components/list-pages"));
const TYPING_MS = 300;

interface Props {
  document: KnowledgeDocument;
  place: Place;
  pieces: Pieces;
}

/** The pieces of a document, to read, find, mend and add to. */
export function PiecesPane({ document, place, pieces }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const workspace = useWorkspace();
  const editable = workspace.can("knowledge.edit") && document.stage === "completed" && !document.archived;
  const [adding, setAdding] = useState(false);
  const add = useAddSegment(place);
  const { rows, chosen, search } = pieces;
  const body = useRef<HTMLDivElement>(null);
  const terms = useMemo(() => (search ? [search.normalize("NFKC").toLowerCase()] : []), [search]);

  useEffect(() => {
    if (!chosen || !rows) return;
    body.current?.querySelector(`[data-piece="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [chosen, rows]);

  return (
    <section className={classes.pane} aria-labelledby="pieces-title">
      <div className={classes.paneHead}>
        <Title order={2} size="h5" id="pieces-title">
          {t("pieces.title", { count: pieces.total })}
        </Title>
        <SearchPieces value={search} onChange={pieces.setSearch} />
        {editable && (
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
            {t("pieces.add")}
          </Button>
        )}
      </div>
      <div className={classes.pieces} ref={body}>
        {pieces.error && <ErrorState error={pieces.error} onRetry={pieces.refetch} />}
        {!rows && !pieces.error && (
          <Stack gap="sm">
            <Skeleton height={96} />
            <Skeleton height={96} />
          </Stack>
        )}
        {adding && (
          <div className={classes.piece} style={{ marginBottom: "0.625rem" }}>
            <Text size="sm" c="dimmed" mb="xs">
              {t("pieces.addHint")}
            </Text>
            <PieceForm
              document={document}
              error={add.error}
              saving={add.isPending}
              onCancel={() => setAdding(false)}
              onSave={(made) =>
                add.mutate(made, {
                  onSuccess: () => {
                    setAdding(false);
                    pieces.setPage(Math.ceil((document.pieces + 1) / SEGMENTS_PER_PAGE), "");
                  },
                })
              }
            />
          </div>
        )}
        {rows?.length === 0 && !adding && (
          <EmptyState title={search ? t("pieces.noneFound", { words: search }) : t("pieces.none")}>
            {search && (
              <Button variant="default" onClick={() => pieces.setSearch("")}>
                {t("pieces.clearSearch")}
              </Button>
            )}
          </EmptyState>
        )}
        {rows && rows.length > 0 && (
          <ol className={classes.list} start={rows[0]?.position}>
            {rows.map((piece) => (
              <PieceCard
                key={piece.id}
                document={document}
                place={place}
                piece={piece}
                terms={terms}
                editable={editable}
                chosen={piece.id === chosen}
                onChoose={() => pieces.choose(piece.id)}
              />
            ))}
          </ol>
        )}
        {pieces.pages > 1 && (
          <Suspense fallback={null}>
            <ListPages total={pieces.pages} page={pieces.page} onChange={pieces.setPage} />
          </Suspense>
        )}
      </div>
    </section>
  );
}

function SearchPieces({ value, onChange }: { value: string; onChange(words: string): void }) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const [words, setWords] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by other means than this field: a link, or the button that clears.
  if (known !== value) {
    setKnown(value);
    setWords(value);
  }
  const send = useDebouncedCallback((next: string) => {
    setKnown(next.trim());
    onChange(next.trim());
  }, TYPING_MS);
  return (
    <TextInput
      size="xs"
      flex="1 1 10rem"
      maw="18rem"
      type="search"
      aria-label={t("pieces.search")}
      placeholder={t("pieces.search")}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        words && (
          <CloseButton
            size="xs"
            aria-label={t("common:action.clear")}
            onClick={() => {
              setWords("");
              send("");
            }}
          />
        )
      }
      value={words}
      onChange={(event) => {
        setWords(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
    />
  );
}
