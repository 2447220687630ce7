import { ActionIcon, Button, Checkbox, Select, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../form/form.module.css";
import { ROW_TYPES, type SchemaRow } from "./json-schema";

interface Props {
  rows: SchemaRow[];
  readOnly: boolean;
  depth: number;
  onChange(rows: SchemaRow[]): void;
}

/** Fields of an object: name, type, required, description; objects unfold below. */
export function SchemaRows({ rows, readOnly, depth, onChange }: Props) {
  const { t } = useTranslation("panel");
  const replace = (index: number, patch: Partial<SchemaRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <div className={classes.rows} style={{ paddingInlineStart: depth ? "1rem" : 0 }}>
      {rows.map((row, index) => (
        <div key={index} className={classes.rows} role="group" aria-label={t("schema.field", { name: row.name || index + 1 })}>
          <div className={classes.row}>
            <TextInput
              size="xs"
              className={classes.grow}
              aria-label={t("schema.name")}
              placeholder={t("schema.name")}
              value={row.name}
              readOnly={readOnly}
              onChange={(event) => replace(index, { name: event.currentTarget.value })}
            />
            <Select
              size="xs"
              w={128}
              aria-label={t("schema.type")}
              data={ROW_TYPES}
              value={row.type}
              readOnly={readOnly}
              allowDeselect={false}
              onChange={(type) => type && replace(index, { type, rows: type.includes("object") ? row.rows : [] })}
            />
            <Tooltip label={t("schema.required")}>
              <Checkbox
                size="xs"
                mt={7}
                aria-label={t("schema.requiredOf", { name: row.name })}
                checked={row.required}
                disabled={readOnly}
                onChange={(event) => replace(index, { required: event.currentTarget.checked })}
              />
            </Tooltip>
            {!readOnly && (
              <Tooltip label={t("remove")}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("removeOf", { name: row.name || index + 1 })}
                  onClick={() => onChange(rows.filter((_, at) => at !== index))}
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </div>
          <TextInput
            size="xs"
            aria-label={t("schema.description")}
            placeholder={t("schema.descriptionHint")}
            value={row.description}
            readOnly={readOnly}
            onChange={(event) => replace(index, { description: event.currentTarget.value })}
          />
          {row.type.includes("object") && (
            <SchemaRows rows={row.rows} readOnly={readOnly} depth={depth + 1} onChange={(inner) => replace(index, { rows: inner })} />
          )}
        </div>
      ))}
      {!readOnly && (
        <Button
          variant="default"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...rows, { name: "", type: "string", required: true, description: "", rows: [], extra: {} }])}
        >
          {t("schema.add")}
        </Button>
      )}
    </div>
  );
}
