import { Fieldset } from "@mantine/core";
import { Suspense, useMemo } from "react";
import { useLanguage } from "@/lib/use-language";
import { ProblemLines } from "./field-problems";
import { type FieldSchema, formFields, getPath, isShown, setPath } from "./field-schema";
import classes from "./form.module.css";
import { useNodeForm } from "./form-context";
import { homeless } from "./problems-at";
import { RawWidget } from "../widgets/raw-widget";
import { FEET, TOOLS, WIDGETS } from "./widgets";

/** The settings of a node as its type's schema describes them. */
export function NodeForm() {
  const { nodeType, node, problems } = useNodeForm();
  const language = useLanguage();
  const fields = useMemo(() => formFields(nodeType?.config_schema ?? {}, language), [nodeType, language]);
  const shown = fields.filter((field) => isShown(field.raw, node.data));
  const placed = [...shown.map((field) => field.path), "title", "error_strategy", "default_value", "retry_config"];
  const Tools = TOOLS[node.data.type];
  const Foot = FEET[node.data.type];
  return (
    <div className={classes.form}>
      <ProblemLines problems={homeless(problems, placed)} />
      {Tools && <Tools />}
      <Suspense fallback={null}>
        {shown.map((field) => (
          <Field key={field.path} field={field} />
        ))}
      </Suspense>
      {Foot && <Foot />}
    </div>
  );
}

function Field({ field }: { field: FieldSchema }) {
  const { node, update } = useNodeForm();
  if (field.children.length > 0) {
    const children = field.children.filter((child) => isShown(child.raw, node.data));
    return (
      <Fieldset legend={field.label} p="sm">
        <div className={classes.form}>
          {children.map((child) => (
            <Field key={child.path} field={child} />
          ))}
        </div>
      </Fieldset>
    );
  }
  const Widget = WIDGETS[`${node.data.type}.${field.path}`] ?? WIDGETS[field.widget] ?? RawWidget;
  const value = getPath(node.data, field.path) ?? field.fallback;
  return (
    <Widget
      field={field}
      value={value}
      onChange={(next) => update((data) => setPath(data, field.path, next), `${node.id}:${field.path}`)}
    />
  );
}
