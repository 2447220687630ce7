import { ActionIcon, Badge, Button, Group, Text, Textarea, Tooltip, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconPencil, IconPlus, IconRefresh, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChildChunk, Segment } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import classes from "@/features/knowledge/document/document.module.css";
import { type Place, useChangeSegment, useSaveChild } from "@/features/knowledge/document/segment-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  place: Place;
  piece: Segment;
  editable: boolean;
}

/** The children by which a piece is found. */
export function PieceChildren({ place, piece, editable }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const [open, setOpen] = useState(false);
  const [adding, setAdding] = useState(false);
  const [again, setAgain] = useState(false);
  const save = useSaveChild(place, piece.id);
  const change = useChangeSegment(place);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Group gap="xs" mt={8}>
        <UnstyledButton aria-expanded={open} onClick={() => setOpen(!open)} fz="sm" fw={500}>
          <Group gap={4} wrap="nowrap">
            <Chevron size={15} aria-hidden />
            {t("children.title", { count: piece.children.length })}
          </Group>
        </UnstyledButton>
        {open && editable && (
          <>
            <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} aria-hidden />} onClick={() => setAdding(true)}>
              {t("children.add")}
            </Button>
            <Button size="compact-xs" variant="default" leftSection={<IconRefresh size={13} aria-hidden />} onClick={() => setAgain(true)}>
              {t("children.again")}
            </Button>
          </>
        )}
      </Group>
      {open && (
        <ul className={classes.children}>
          {piece.children.map((child) => (
            <ChildRow key={child.id} place={place} piece={piece} child={child} editable={editable} />
          ))}
          {piece.children.length === 0 && !adding && (
            <li>
              <Text size="sm" c="dimmed">
                {t(piece.status === "waiting" ? "children.coming" : "children.none")}
              </Text>
            </li>
          )}
          {adding && (
            <li>
              <ChildForm
                label={t("children.new")}
                error={save.error}
                saving={save.isPending}
                onSave={(content) => save.mutate({ content }, { onSuccess: () => setAdding(false) })}
                onCancel={() => setAdding(false)}
              />
            </li>
          )}
        </ul>
      )}
      {again && (
        <ConfirmDialog
          title={t("children.againTitle", { number: piece.position })}
          text={t("children.againText")}
          confirm={t("children.againConfirm")}
          error={change.error}
          busy={change.isPending}
          onConfirm={() => change.mutate({ id: piece.id, regenerate_child_chunks: true }, { onSuccess: () => setAgain(false) })}
          onClose={() => setAgain(false)}
        />
      )}
    </>
  );
}

function ChildRow({ place, piece, child, editable }: Props & { child: ChildChunk }) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const save = useSaveChild(place, piece.id);
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const name = { number: child.position };
  const done = { onSuccess: () => setDoing(null) };
  if (doing === "edit") {
    return (
      <li>
        <ChildForm
          label={t("children.number", name)}
          start={child.content}
          error={save.error}
          saving={save.isPending}
          onSave={(content) => save.mutate({ id: child.id, content }, done)}
          onCancel={() => setDoing(null)}
        />
      </li>
    );
  }
  return (
    <li className={classes.child}>
      <span style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {child.content}{" "}
        {child.type === "customized" && (
          <Badge size="xs" variant="default" tt="none">
            {t("children.byHand")}
          </Badge>
        )}
      </span>
      {editable && (
        <Group gap={0} wrap="nowrap">
          <Tooltip label={t("common:action.edit")}>
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("children.edit", name)} onClick={() => setDoing("edit")}>
              <IconPencil size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("common:action.delete")}>
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("children.delete", name)} onClick={() => setDoing("delete")}>
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
      {doing === "delete" && (
        <ConfirmDialog
          title={t("children.deleteTitle", name)}
          text={t("children.deleteText")}
          confirm={t("common:action.delete")}
          error={save.error}
          busy={save.isPending}
          onConfirm={() => save.mutate({ id: child.id }, done)}
          onClose={() => setDoing(null)}
        />
      )}
    </li>
  );
}

interface FormProps {
  label: string;
  start?: string;
  error: unknown;
  saving: boolean;
  onSave(content: string): void;
  onCancel(): void;
}

function ChildForm({ label, start = "", error, saving, onSave, onCancel }: FormProps) {
  const { t } = useTranslation();
  const words = useErrorText();
  const [content, setContent] = useState(start);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(content);
  };
  return (
    <form onSubmit={submit}>
      <Textarea
        size="xs"
        aria-label={label}
        autosize
        minRows={2}
        maxRows={12}
        autoFocus
        value={content}
        error={error === null || error === undefined ? undefined : words(error)}
        onChange={(event) => setContent(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button size="compact-xs" variant="default" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
        <Button size="compact-xs" type="submit" loading={saving} disabled={!content.trim()}>
          {t("action.save")}
        </Button>
      </Group>
    </form>
  );
}
