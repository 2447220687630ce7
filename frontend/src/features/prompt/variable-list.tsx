import { Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { shortValue } from "./short-value";
import { useScope } from "./scope-context";
import { useBlockedText } from "./use-blocked-text";
import type { VariableListState } from "./use-variable-list";
import classes from "./variable-list.module.css";
import type { VariableRow } from "./variable-rows";

/** The tree of variables: one list in the picker's popover and under the cursor of a prompt. */
export function VariableList({ state }: { state: VariableListState }) {
  const { t } = useTranslation("prompt");
  const list = useRef<HTMLDivElement>(null);
  const activeId = state.optionId(state.active);
  useEffect(() => {
    list.current?.querySelector(`[id="${activeId}"]`)?.scrollIntoView?.({ block: "nearest" });
  }, [activeId]);
  return (
    <div ref={list} id={state.listId} role="listbox" aria-label={t("picker.list")} className={classes.list}>
      {state.rows.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          {t("picker.nothing")}
        </Text>
      )}
      {state.rows.map((row, index) => (
        <div key={row.key} role="presentation">
          {row.depth === 0 && state.rows[index - 1]?.group.id !== row.group.id && <GroupName row={row} />}
          <Row row={row} index={index} state={state} />
        </div>
      ))}
    </div>
  );
}

function GroupName({ row }: { row: VariableRow }) {
  const { t } = useTranslation("prompt");
  const reason = useBlockedText();
  const { group } = row;
  return (
    <div className={classes.group} role="presentation">
      <span className={classes.groupName}>{group.kind === "node" ? group.title : t(`group.${group.kind}`)}</span>
      {group.blocked && <span className={classes.reason}>{reason(group.blocked)}</span>}
    </div>
  );
}

function Row({ row, index, state }: { row: VariableRow; index: number; state: VariableListState }) {
  const { t } = useTranslation("prompt");
  const reason = useBlockedText();
  const { lastValue } = useScope();
  const name = row.variable.selector.at(-1) ?? "";
  const value = row.group.blocked ? undefined : lastValue(row.variable.selector);
  const why = row.blocked ? reason(row.blocked) : null;
  const active = index === state.active;
  const offered = state.canTakeFirst(row);
  return (
    // Keys are handled by the field that has the focus: the list is its popup.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={state.optionId(index)}
      role="option"
      aria-selected={active}
      aria-disabled={row.blocked !== null && !offered}
      className={classes.row}
      data-active={active || undefined}
      data-blocked={row.blocked !== null || undefined}
      style={{ paddingInlineStart: `${0.5 + row.depth}rem` }}
      title={[row.key, row.variable.description, why].filter(Boolean).join("\n")}
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={() => active || state.setActive(index)}
      onClick={() => state.pick(row)}
    >
      {row.variable.children.length > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          className={classes.fold}
          aria-label={t(row.unfolded ? "picker.fold" : "picker.unfold", { name })}
          onClick={(event) => {
            event.stopPropagation();
            state.toggle(row);
          }}
        >
          {row.unfolded ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        </button>
      ) : (
        <span className={classes.fold} />
      )}
      <span className={classes.name}>{name}</span>
      <span className={classes.type}>{row.variable.type}</span>
      {row.blocked?.code === "wrong_type" && !offered && <span className={classes.reason}>{why}</span>}
      {offered && row.blocked && (
        <>
          <span className={classes.reason}>{reason(row.blocked, false)}</span>
          <span className={classes.offer}>{t("picker.addListOperator")}</span>
        </>
      )}
      {value !== undefined && <span className={classes.value}>{shortValue(value)}</span>}
    </div>
  );
}
