import { Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ChangeWords } from "./change-words";
import { FieldDiff } from "./field-diff";
import type { FlowChange } from "./flow-diff";
import type { FieldChange } from "./value-diff";
import classes from "./versions.module.css";

interface Props {
  change: FlowChange;
  words: ChangeWords;
  /** Names of the two sides. */
  before: string;
  after: string;
  /** Puts the change, or one setting of it, back into the draft; left out where the later side is no draft. */
  onUndo?: (field?: FieldChange) => void;
}

/** A change setting by setting, each with its way back. */
export function ChangeDetails({ change, words, before, after, onUndo }: Props) {
  const { t } = useTranslation("versions");
  const fields = change.of === "edge" ? [] : change.fields;
  const secret = change.of === "variable" && change.change === "removed" && change.before?.value_type === "secret";
  return (
    <>
      {change.of === "node" && change.change === "added" && <Text size="xs">{t("compare.addedStep", { name: after })}</Text>}
      {change.of === "node" && change.change === "removed" && <Text size="xs">{t("compare.removedStep", { name: before })}</Text>}
      {fields.map((field) => {
        const label = words.label(change, field);
        return (
          <section key={field.path.join("/")} className={classes.field} aria-label={label}>
            <Group gap={6} justify="space-between" wrap="nowrap">
              <Text size="xs" fw={600}>
                {label}
              </Text>
              {onUndo && (fields.length > 1 || (change.of === "node" && change.moved)) && (
                <Button size="compact-xs" variant="subtle" onClick={() => onUndo(field)}>
                  {t("compare.undoField")}
                </Button>
              )}
            </Group>
            <FieldDiff field={field} label={label} words={words} />
          </section>
        );
      })}
      {secret && (
        <Text size="xs" c="dimmed">
          {t("variable.secret")}
        </Text>
      )}
      {onUndo && (
        <Button
          size="compact-sm"
          variant="default"
          w="fit-content"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          onClick={() => onUndo()}
        >
          {fields.length === 1 ? t("compare.undoField") : t(`compare.undo.${change.change}`)}
        </Button>
      )}
    </>
  );
}
