import { useTranslation } from "react-i18next";
import { ScopeProvider } from "@/features/prompt/scope-context";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { FieldShell } from "../form/field-shell";
import { type Json, strings } from "../form/field-schema";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { useNodeScope } from "../use-node-scope";

const itemOf = (type: string): string => /^array\[(.+)]$/.exec(type)?.[1] ?? "any";

interface Props extends FieldProps {
  wanted?: string[];
  hint?: string;
  /** What else of the node follows from the type of the chosen variable. */
  follow(data: Json, type: string): void;
}

/** A variable whose type other settings of the node repeat. */
function TypedVariable({ field, value, onChange, wanted, hint, follow }: Props) {
  const { node, readOnly, update } = useNodeForm();
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || hint} required={field.required}>
      <VariablePicker
        value={strings(value)}
        wanted={wanted}
        label={field.label}
        readOnly={readOnly}
        onChange={(selector, type) => {
          onChange(selector ?? []);
          if (selector) update((data) => follow(data, type), `${node.id}:${field.path}`);
        }}
      />
    </FieldShell>
  );
}

const LISTS = ["array"];

/** The list that an iteration goes through. */
export function IteratorWidget(props: FieldProps) {
  return (
    <TypedVariable
      {...props}
      wanted={LISTS}
      follow={(data, type) => {
        data.iterator_input_type = type;
      }}
    />
  );
}

/** What a round of an iteration gives: a variable from inside. */
export function RoundResultWidget(props: FieldProps) {
  const { t } = useTranslation("widgets");
  const { node } = useNodeForm();
  const scope = useNodeScope(node.id, true);
  return (
    <ScopeProvider value={scope}>
      <TypedVariable
        {...props}
        hint={t("iteration.resultHint")}
        follow={(data, type) => {
          data.output_type = type.startsWith("array") ? (data.flatten_output === false ? "array[any]" : type) : `array[${type || "any"}]`;
        }}
      />
    </ScopeProvider>
  );
}

/** The list of a list operator. */
export function ListVariableWidget(props: FieldProps) {
  return (
    <TypedVariable
      {...props}
      wanted={LISTS}
      follow={(data, type) => {
        data.var_type = type;
        data.item_var_type = itemOf(type);
      }}
    />
  );
}

const FILES = ["file", "array[file]"];

/** The file or files of a document extractor. */
export function DocumentVariableWidget(props: FieldProps) {
  return (
    <TypedVariable
      {...props}
      wanted={FILES}
      follow={(data, type) => {
        data.is_array_file = type.startsWith("array");
      }}
    />
  );
}
