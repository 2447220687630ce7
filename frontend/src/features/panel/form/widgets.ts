import type { ComponentType } from "react";
import { AggregatorWidget } from "../widgets/aggregator-widget";
import { ConditionsWidget } from "../widgets/conditions-widget";
import { ContextWidget, MemoryWidget, VisionWidget } from "../widgets/llm-widgets";
import { JsonSchemaWidget } from "../widgets/json-schema-widget";
import { ModelWidget } from "../widgets/model-widget";
import { JsonWidget, NumberWidget, ParagraphWidget, SelectWidget, SwitchWidget, TextWidget } from "../widgets/plain-widgets";
import { PromptMessagesWidget } from "../widgets/prompt-messages-widget";
import { PromptWidget, TemplateWidget } from "../widgets/prompt-widgets";
import { StartVariablesWidget } from "../widgets/start-variables-widget";
import { EndOutputsWidget, VariablesWidget, VariableWidget } from "../widgets/variable-widgets";
import type { FieldProps } from "./form-context";

/** What `x-widget` in a node type's schema may name. */
export const WIDGETS: Record<string, ComponentType<FieldProps>> = {
  text: TextWidget,
  paragraph: ParagraphWidget,
  number: NumberWidget,
  switch: SwitchWidget,
  select: SelectWidget,
  json: JsonWidget,
  prompt: PromptWidget,
  template: TemplateWidget,
  "prompt-messages": PromptMessagesWidget,
  model: ModelWidget,
  variable: VariableWidget,
  variables: VariablesWidget,
  "end-outputs": EndOutputsWidget,
  "start-variables": StartVariablesWidget,
  conditions: ConditionsWidget,
  aggregator: AggregatorWidget,
  "json-schema": JsonSchemaWidget,
  memory: MemoryWidget,
  context: ContextWidget,
  vision: VisionWidget,
  "http-lines": PromptWidget,
  // Lists and groups of settings without a form of their own yet.
  classes: JsonWidget,
  parameters: JsonWidget,
  assignments: JsonWidget,
  "list-filter": JsonWidget,
  "list-extract": JsonWidget,
  "list-order": JsonWidget,
  "list-limit": JsonWidget,
  "http-authorization": JsonWidget,
  "http-body": JsonWidget,
  "http-timeout": JsonWidget,
  datasets: JsonWidget,
  retrieval: JsonWidget,
  "metadata-filter": JsonWidget,
};
