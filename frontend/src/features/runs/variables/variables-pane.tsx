import { Button, Group, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconGitFork, IconPlayerPlay, IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunView } from "@/features/canvas/run-reducer";
import { useRunAgain } from "../run-parts";
import { asText, type Edits, groupsOf, typeName, type ValueGroup, withEdit } from "./values";
import { ValueDetail } from "./value-detail";
import classes from "./variables.module.css";

interface Props {
  run: RunView;
  /** Runs the flow from a step with the values of this run; left out where that cannot be done. */
  onRunFrom?: (nodeId: string) => void;
}

const PREVIEW = 80;

/** All values of a run by step: to find, to see whole, to edit, and to run from. */
export function VariablesPane({ run, onRunFrom }: Props) {
  const { t } = useTranslation("variables");
  const again = useRunAgain();
  const [wanted, setWanted] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [edits, setEdits] = useState<Edits>({});
  const asked = useDeferredValue(wanted);
  const groups = useMemo(() => groupsOf(run, asked), [run, asked]);
  const nameOf = (group: ValueGroup): string => (group.step ? group.step.title || group.step.nodeId : t("inputs"));
  const all = groups.flatMap((group) => group.values.map((value) => ({ group, value })));
  const open = all.find(({ value }) => value.key === chosen) ?? all.find(({ group }) => group === groups.at(-1));
  const edited = Object.keys(edits).length;
  if (run.trace.length === 0) return <Nothing text={t("none")} />;
  const editOf = (group: ValueGroup, name: string): unknown => (group.step?.path === "" ? edits[group.step.nodeId]?.[name] : undefined);
  return (
    <div className={classes.split}>
      <div className={classes.list}>
        <TextInput
          size="xs"
          m={6}
          leftSection={<IconSearch size={14} aria-hidden />}
          aria-label={t("search")}
          placeholder={t("search")}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        {groups.length === 0 && <Nothing text={t("nothingFits")} />}
        {groups.map((group) => (
          <section key={group.key} aria-label={nameOf(group)} className={classes.group}>
            <Group gap="xs" wrap="nowrap" px={6}>
              <Text size="xs" fw={600} truncate>
                {nameOf(group)}
              </Text>
              {group.step?.path && (
                <Text size="xs" c="dimmed">
                  {t("round", { number: Number(group.step.path.split(":").at(-1)) + 1 })}
                </Text>
              )}
              {onRunFrom && group.step?.path === "" && group.step.nodeType !== "start" && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  ml="auto"
                  leftSection={<IconPlayerPlay size={12} aria-hidden />}
                  aria-label={t("runFromOf", { title: nameOf(group) })}
                  onClick={() => onRunFrom(group.step!.nodeId)}
                >
                  {t("runFrom")}
                </Button>
              )}
            </Group>
            {group.values.map((value) => {
              const mark = editOf(group, value.name);
              const shown = mark === undefined ? value.value : mark;
              return (
                <UnstyledButton
                  key={value.key}
                  className={classes.row}
                  aria-current={value.key === open?.value.key || undefined}
                  data-selected={value.key === open?.value.key || undefined}
                  onClick={() => setChosen(value.key)}
                >
                  <span className={classes.name} data-edited={mark !== undefined || undefined}>
                    {value.name}
                  </span>
                  <span className={classes.type}>{typeName(shown)}</span>
                  <span className={classes.preview}>{asText(shown).slice(0, PREVIEW)}</span>
                </UnstyledButton>
              );
            })}
          </section>
        ))}
      </div>
      <div className={classes.side}>
        {edited > 0 && again && (
          <Group gap="xs" className={classes.acts} role="status">
            <Text size="xs">{t("editedSteps", { count: edited })}</Text>
            <Button
              size="compact-sm"
              ml="auto"
              leftSection={<IconGitFork size={14} aria-hidden />}
              loading={again.starting}
              onClick={() => again.forkAll(edits as Record<string, Record<string, unknown>>)}
            >
              {t("runEdited")}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setEdits({})}>
              {t("resetAll")}
            </Button>
          </Group>
        )}
        {open && (
          <ValueDetail
            key={open.value.key}
            title={t("title", { source: nameOf(open.group), name: open.value.name })}
            name={open.value.name}
            value={open.value.value}
            edited={editOf(open.group, open.value.name)}
            onEdit={
              again && open.group.step?.path === ""
                ? (value) => setEdits((before) => withEdit(before, open.group.step!.nodeId, open.value.name, value, open.value.value))
                : null
            }
          />
        )}
      </div>
    </div>
  );
}

function Nothing({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed" p="sm">
      {text}
    </Text>
  );
}
