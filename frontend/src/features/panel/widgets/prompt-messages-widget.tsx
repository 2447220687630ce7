import { Button, Group, Select, Switch, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { VariableRow } from "@/features/prompt/jinja";
import { PromptEditor } from "@/features/prompt/prompt-editor";
import { PromptSize } from "../prompt-size";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { getPath, record, rowsOf, setPath } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { moved } from "./conditions";
import { isJinja, type Message, nextRole, readMessages, type Role, textOf, withJinja, withText } from "./messages";
import { MessageFile } from "./message-file";
import { RowTools } from "./row-tools";
import { NamedVariables } from "./variable-widgets";

const ROWS = "prompt_config.jinja2_variables";

/** The messages of a model call; one text for completion models. */
export function PromptMessagesWidget(props: FieldProps) {
  const { field, value, onChange } = props;
  const { t } = useTranslation("panel");
  const { node, readOnly, update } = useNodeForm();
  const rows = rowsOf<VariableRow>(getPath(node.data, ROWS));
  const single = !Array.isArray(value) && (Object.keys(record(value)).length > 0 || record(node.data.model).mode === "completion");
  const messages: Message[] = single ? [{ role: "user", text: "", ...record(value) } as Message] : readMessages(value);
  const write = (next: Message[], nextRows?: VariableRow[]) => {
    if (nextRows) update((data) => setPath(data, ROWS, nextRows), `${node.id}:${field.path}`);
    if (!single) return onChange(next);
    const { role: _role, ...only } = next[0] ?? { text: "", role: "user" };
    onChange(only);
  };
  const add = (text: string) => write([...messages, { id: crypto.randomUUID(), role: nextRole(messages), text }]);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      {messages.map((message, index) => (
        <MessageEditor
          key={message.id ?? index}
          path={single ? field.path : `${field.path}.${index}`}
          message={message}
          index={index}
          count={messages.length}
          single={single}
          rows={rows}
          onChange={(next, nextRows) =>
            write(
              messages.map((one, at) => (at === index ? next : one)),
              nextRows,
            )
          }
          onMove={(by) => write(moved(messages, index, by))}
          onRemove={() => write(messages.filter((_, at) => at !== index))}
        />
      ))}
      {!readOnly && !single && (
        <Group gap="xs">
          <Button variant="default" size="xs" flex="1 0 auto" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add("")}>
            {t("messages.add")}
          </Button>
          <MessageFile onText={add} />
        </Group>
      )}
      <PromptSize />
      {messages.some(isJinja) && (
        <NamedVariables
          field={{ ...field, path: ROWS, label: t("messages.jinjaVariables"), hint: t("messages.jinjaHint"), required: false }}
          value={rows}
          onChange={(next) => update((data) => setPath(data, ROWS, next), `${node.id}:${ROWS}`)}
          addLabel={t("variables.add")}
        />
      )}
    </FieldShell>
  );
}

interface MessageProps {
  path: string;
  message: Message;
  index: number;
  count: number;
  single: boolean;
  rows: VariableRow[];
  onChange(next: Message, rows?: VariableRow[]): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function MessageEditor({ path, message, index, count, single, rows, onChange, onMove, onRemove }: MessageProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(path);
  const jinja = isJinja(message);
  const name = single ? t("messages.prompt") : t("messages.name", { number: index + 1, role: t(`role.${message.role}`) });
  const role = single ? (
    <Text size="xs" fw={600}>
      {t("messages.prompt")}
    </Text>
  ) : (
    <Select
      size="xs"
      w={120}
      variant="unstyled"
      aria-label={t("messages.role", { number: index + 1 })}
      readOnly={readOnly}
      allowDeselect={false}
      value={message.role}
      data={(["system", "user", "assistant"] as const).map((one) => ({ value: one, label: t(`role.${one}`) }))}
      onChange={(next) => next && onChange({ ...message, role: next as Role })}
    />
  );
  const toggle = (on: boolean) => {
    const next = withJinja(message, on, rows);
    onChange(next.message, next.rows);
  };
  return (
    <div data-field={path} role={single ? undefined : "group"} aria-label={single ? undefined : name}>
      <PromptEditor
        label={name}
        head={role}
        value={textOf(message)}
        readOnly={readOnly}
        invalid={invalid}
        placeholder={t(`messages.placeholder.${message.role}`)}
        onChange={(text) => onChange(withText(message, text))}
        jinja={jinja ? { rows, onRows: (next) => onChange(message, next) } : undefined}
        tools={
          !readOnly && (
            <Group gap={2} wrap="nowrap">
              <Switch
                size="xs"
                label={t("messages.jinjaShort")}
                aria-label={t("messages.jinja", { name })}
                checked={jinja}
                onChange={(event) => toggle(event.currentTarget.checked)}
              />
              {!single && <RowTools name={name} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
            </Group>
          )
        }
      />
      <div className={classes.problems}>
        <FieldProblems path={path} />
      </div>
    </div>
  );
}
