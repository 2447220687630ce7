import { Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconFileText } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { childSpans, type Hit } from "@/features/knowledge/retrieval/hits";
import { MarkedText } from "@/features/knowledge/retrieval/marked-text";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import type { Target } from "@/features/knowledge/retrieval/test-mutations";
import { useLanguage } from "@/lib/use-language";

/** From how many characters on a piece is folded. */
const LONG = 900;

interface Props {
  datasetId: Id;
  hit: Hit;
  place: number;
  /** How long the score's bar is, 0 to 1. */
  share: number;
  terms: readonly string[];
  /** The place in the other column; null: only here; undefined: nothing is compared. */
  other?: number | null;
  target?: Target;
  /** Whether the document opens in a tab of its own: leaving would close an editor. */
  newTab?: boolean;
}

/** A piece that was found: where it stands, why it was found, and how well it fits. */
export function HitCard({ datasetId, hit, place, share, terms, other, target, newTab = false }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const language = useLanguage();
  const score = new Intl.NumberFormat(language, { maximumFractionDigits: 3, minimumFractionDigits: 3 }).format(hit.score);
  const right = target?.isRight(hit) ?? false;
  const [unfolded, setUnfolded] = useState(false);
  const long = hit.content.length + hit.answer.length > LONG;
  const where = [
    t("hit.piece", { number: hit.position }),
    hit.page === null ? "" : t("hit.page", { page: hit.page }),
    hit.headings.join(" › "),
  ];
  return (
    <li className={classes.hit} data-right={right || undefined}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Group gap="xs">
          <Text span fw={650} size="sm">
            {t("hit.place", { place })}
          </Text>
          <Tooltip label={t(`hit.why.${hit.method}`)} multiline maw={280}>
            <span className={classes.score}>
              <span className={classes.bar} aria-hidden>
                <span style={{ width: `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%` }} />
              </span>
              <Text span size="sm">
                {score}
              </Text>
              <Badge size="sm" variant="default" tt="none" fw={500}>
                {t(`hit.method.${hit.method}`)}
              </Badge>
            </span>
          </Tooltip>
          {other !== undefined && (
            <Text span size="xs" c={other === null ? "var(--tm-warn)" : "dimmed"}>
              {other === null ? t("hit.onlyHere") : other === place ? t("hit.samePlace") : t("hit.otherPlace", { place: other })}
            </Text>
          )}
        </Group>
        {target && (
          <Button
            size="compact-xs"
            variant={right ? "light" : "default"}
            color={right ? "teal" : undefined}
            aria-pressed={right}
            disabled={target.busy}
            leftSection={<IconCheck size={13} aria-hidden />}
            onClick={() => target.toggle(hit)}
          >
            {t(right ? "hit.isRight" : "hit.right")}
          </Button>
        )}
      </Group>
      <div className={classes.passage} data-folded={(long && !unfolded) || undefined}>
        <Passage hit={hit} terms={terms} />
        {hit.answer && (
          <div>
            <Text span size="xs" c="dimmed" fw={600}>
              {t("hit.answer")}
            </Text>{" "}
            <MarkedText text={hit.answer} terms={terms} />
          </div>
        )}
      </div>
      {long && (
        <Button size="compact-xs" variant="subtle" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {t(unfolded ? "hit.fold" : "hit.unfold")}
        </Button>
      )}
      {hit.child_chunks.length > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {t("hit.children", {
            count: hit.child_chunks.length,
            scores: hit.child_chunks.map((child) => child.score.toFixed(3)).join(", "),
          })}
        </Text>
      )}
      <Group gap="xs" mt={8}>
        <AnchorLink
          to="/knowledge/$datasetId/documents/$documentId"
          params={{ datasetId, documentId: hit.document_id }}
          search={{ segment: hit.segment_id }}
          target={newTab ? "_blank" : undefined}
          size="sm"
          td="underline"
        >
          <IconFileText size={14} aria-hidden style={{ verticalAlign: "-2px", marginRight: 4 }} />
          {hit.document_name}
        </AnchorLink>
        <Text span size="xs" c="dimmed">
          {where.filter(Boolean).join(" · ")}
        </Text>
        {Object.entries(hit.metadata).map(([name, value]) => (
          <Badge key={name} size="sm" variant="default" tt="none" fw={500}>
            {`${name}: ${String(value)}`}
          </Badge>
        ))}
      </Group>
    </li>
  );
}

/** The text, with the children by which it was found underlined. */
function Passage({ hit, terms }: { hit: Hit; terms: readonly string[] }) {
  const spans = childSpans(hit.content, hit.child_chunks);
  if (spans.length === 0) return <MarkedText text={hit.content} terms={terms} />;
  const last = spans.at(-1)?.end ?? 0;
  return (
    <>
      {spans.map(({ start, end, child }, index) => (
        <span key={child.id}>
          <MarkedText text={hit.content.slice(spans[index - 1]?.end ?? 0, start)} terms={terms} />
          <span className={classes.child}>
            <MarkedText text={hit.content.slice(start, end)} terms={terms} />
          </span>
        </span>
      ))}
      <MarkedText text={hit.content.slice(last)} terms={terms} />
    </>
  );
}
