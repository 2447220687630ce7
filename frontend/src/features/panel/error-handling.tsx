import { Group, NumberInput, Radio, Stack, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { outputsOf } from "@/features/prompt/node-outputs";
import { type DefaultRow, defaultRows } from "./default-rows";
import { FieldProblems } from "./form/field-problems";
import { record, rowsOf } from "./form/field-schema";
import { useNodeForm } from "./form/form-context";
import classes from "./node-panel.module.css";
import { TypedValue } from "./widgets/typed-value";

/** Retries first; then the run fails, goes on with given values, or takes another branch. */
export function ErrorHandling() {
  const { t } = useTranslation("panel");
  const { node, nodeType, readOnly, update } = useNodeForm();
  const retry = record(node.data.retry_config);
  const strategy =
    node.data.error_strategy === "fail-branch" || node.data.error_strategy === "default-value" ? node.data.error_strategy : "none";
  const rows = rowsOf<DefaultRow>(node.data.default_value);
  const setRetry = (patch: object) =>
    update((data) => {
      data.retry_config = { retry_enabled: false, max_retries: 3, retry_interval: 1000, ...record(data.retry_config), ...patch };
    }, `${node.id}:retry_config`);
  const setStrategy = (next: string) =>
    update((data) => {
      if (next === "none") delete data.error_strategy;
      else data.error_strategy = next;
      if (next === "default-value") data.default_value = defaultRows(outputsOf(node, nodeType), rows);
    });
  return (
    <section className={classes.section} aria-label={t("errors.title")}>
      <Text size="sm" fw={600}>
        {t("errors.title")}
      </Text>
      <div data-field="retry_config">
        <Switch
          size="sm"
          label={t("errors.retry")}
          checked={retry.retry_enabled === true}
          disabled={readOnly}
          onChange={(event) => setRetry({ retry_enabled: event.currentTarget.checked })}
        />
        {retry.retry_enabled === true && (
          <Group gap="sm" mt="xs" grow>
            <NumberInput
              size="xs"
              label={t("errors.retries")}
              min={1}
              max={10}
              readOnly={readOnly}
              value={typeof retry.max_retries === "number" ? retry.max_retries : 3}
              onChange={(next) => setRetry({ max_retries: Number(next) || 1 })}
            />
            <NumberInput
              size="xs"
              label={t("errors.interval")}
              min={0}
              max={60_000}
              step={100}
              readOnly={readOnly}
              value={typeof retry.retry_interval === "number" ? retry.retry_interval : 1000}
              onChange={(next) => setRetry({ retry_interval: Number(next) || 0 })}
            />
          </Group>
        )}
        <FieldProblems path="retry_config" />
      </div>
      <div data-field="error_strategy">
        <Radio.Group label={t("errors.then")} value={strategy} onChange={(next) => !readOnly && setStrategy(next)}>
          <Stack gap={6} mt={4}>
            {["none", "default-value", "fail-branch"].map((one) => (
              <Radio key={one} size="sm" value={one} label={t(`errors.${one}`)} description={t(`errors.${one}.hint`)} disabled={readOnly} />
            ))}
          </Stack>
        </Radio.Group>
        <FieldProblems path="error_strategy" />
      </div>
      {strategy === "default-value" && (
        <Stack gap="xs" data-field="default_value">
          {defaultRows(outputsOf(node, nodeType), rows).map((row, index, all) => (
            <TypedValue
              key={row.key}
              label={t("errors.valueOf", { name: row.key, type: row.type })}
              type={row.type}
              value={row.value}
              readOnly={readOnly}
              onChange={(value) =>
                update((data) => {
                  data.default_value = all.map((one, at) => (at === index ? { ...row, value } : one));
                }, `${node.id}:default_value`)
              }
            />
          ))}
          <FieldProblems path="default_value" />
        </Stack>
      )}
    </section>
  );
}
