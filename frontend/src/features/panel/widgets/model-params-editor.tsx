import { Button, Checkbox, Collapse, Group, NumberInput, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { strings } from "../form/field-schema";
import { otherParams, type ParamSpec, PARAMS, withParam } from "./model-params";

interface Props {
  params: Record<string, unknown>;
  /** What the chosen model does not take. */
  untaken?: ReadonlySet<string>;
  readOnly: boolean;
  onChange(params: Record<string, unknown>): void;
}

const NONE: ReadonlySet<string> = new Set();

/** The parameters of a model call, each with a tick: without it the provider's own default holds. */
export function ModelParams({ params, untaken = NONE, readOnly, onChange }: Props) {
  const { t } = useTranslation("panel");
  const [open, setOpen] = useState(false);
  const count = Object.keys(params).length;
  return (
    <Stack gap="xs" flex={open ? "1 0 100%" : undefined}>
      <Button
        variant="default"
        size="compact-xs"
        w="fit-content"
        leftSection={<IconAdjustments size={14} aria-hidden />}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {count ? t("params.set", { count }) : t("params.title")}
      </Button>
      <Collapse expanded={open}>
        <Stack gap={6}>
          <Text size="xs" c="dimmed">
            {t("params.hint")}
          </Text>
          {PARAMS.filter((spec) => !untaken.has(spec.name) || params[spec.name] !== undefined).map((spec) => (
            <ParamRow
              key={spec.name}
              spec={spec}
              value={params[spec.name]}
              refused={untaken.has(spec.name)}
              readOnly={readOnly}
              onChange={(value) => onChange(withParam(params, spec.name, value))}
            />
          ))}
          {otherParams(params).map(([name, value]) => (
            <Group key={name} gap="xs" wrap="nowrap">
              <Checkbox
                size="xs"
                w={170}
                label={name}
                checked
                disabled={readOnly}
                onChange={() => onChange(withParam(params, name, undefined))}
              />
              <Text size="xs" c="dimmed" truncate>
                {JSON.stringify(value)}
              </Text>
            </Group>
          ))}
        </Stack>
      </Collapse>
    </Stack>
  );
}

function ParamRow({
  spec,
  value,
  refused,
  readOnly,
  onChange,
}: {
  spec: ParamSpec;
  value: unknown;
  /** Set, but the model does not take it. */
  refused: boolean;
  readOnly: boolean;
  onChange(value: unknown): void;
}) {
  const { t } = useTranslation("panel");
  const on = value !== undefined;
  return (
    <Group gap="xs" wrap="nowrap" mih={30}>
      <Checkbox
        size="xs"
        w={170}
        label={t(`param.${spec.name}`)}
        title={t(refused ? "params.refused" : `param.${spec.name}.hint`)}
        error={refused ? t("params.refusedShort") : undefined}
        checked={on}
        disabled={readOnly}
        onChange={(event) => onChange(event.currentTarget.checked ? spec.start : undefined)}
      />
      {on && <ParamValue spec={spec} value={value} readOnly={readOnly} label={t(`param.${spec.name}`)} onChange={onChange} />}
    </Group>
  );
}

function ParamValue({
  spec,
  value,
  readOnly,
  label,
  onChange,
}: {
  spec: ParamSpec;
  value: unknown;
  readOnly: boolean;
  label: string;
  onChange(value: unknown): void;
}) {
  const common = { size: "xs" as const, flex: 1, readOnly, "aria-label": label };
  if (spec.kind === "list") return <TagsInput {...common} value={strings(Array.isArray(value) ? value : [value])} onChange={onChange} />;
  if (spec.kind === "choice") {
    const now = typeof value === "object" && value !== null && "type" in value ? String(value.type) : String(value);
    return <Select {...common} allowDeselect={false} data={spec.choices} value={now} onChange={(next) => next && onChange(next)} />;
  }
  // A file may set a parameter by a variable: it stays a text.
  if (typeof value === "string") return <TextInput {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  return (
    <NumberInput
      {...common}
      value={typeof value === "number" ? value : ""}
      min={spec.min}
      max={spec.max}
      step={spec.step}
      allowDecimal={spec.kind === "number"}
      onChange={(next) => next !== "" && onChange(Number(next))}
    />
  );
}
