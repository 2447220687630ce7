import type { ComponentType } from "react";
import { AggregatorWidget } from "../widgets/aggregator-widget";
import { ConditionsWidget } from "../widgets/conditions-widget";
import { ContextWidget, MemoryWidget, VisionWidget } from "../widgets/llm-widgets";
import { JsonSchemaWidget } from "../widgets/json-schema-widget";
import { ModelWidget } from "../widgets/model-widget";
import { JsonWidget, NumberWidget, ParagraphWidget, SelectWidget, SwitchWidget, TextWidget } from "../widgets/plain-widgets";
import { PromptMessagesWidget } from "../widgets/prompt-messages-widget";
import { LineWidget, PromptWidget, TemplateWidget } from "../widgets/prompt-widgets";
import { StartVariablesWidget } from "../widgets/start-variables-widget";
import { EndOutputsWidget, VariablesWidget, VariableWidget } from "../widgets/variable-widgets";
import { AssignmentsWidget } from "../widgets/assignments-widget";
import { ClassesWidget } from "../widgets/classes-widget";
import { CodeOutputsWidget } from "../widgets/code-outputs-widget";
import { CodeLanguageWidget, CodeWidget } from "../widgets/code-widget";
import { CurlImport } from "../widgets/curl-import";
import { DatasetsWidget } from "../widgets/datasets-widget";
import { FormActionsWidget, FormDeliveryWidget } from "../widgets/form-actions-widget";
import { FormFieldsWidget } from "../widgets/form-fields-widget";
import { HttpAuthorizationWidget } from "../widgets/http-authorization-widget";
import { HttpBodyWidget } from "../widgets/http-body-widget";
import { HttpLinesWidget } from "../widgets/http-lines-widget";
import { HttpTimeoutWidget } from "../widgets/http-timeout-widget";
import { ListExtractWidget, ListFilterWidget, ListLimitWidget, ListOrderWidget } from "../widgets/list-widgets";
import { BreakConditionsWidget, LoopVariablesWidget } from "../widgets/loop-widgets";
import { MetadataFilterWidget } from "../widgets/metadata-filter-widget";
import { ParametersWidget } from "../widgets/parameters-widget";
import { RetrievalWidget } from "../widgets/retrieval-widget";
import { TestConditions } from "../widgets/test-conditions";
import { SentenceFoot } from "../widgets/test-sentence";
import { DocumentVariableWidget, IteratorWidget, ListVariableWidget, RoundResultWidget } from "../widgets/typed-variable-widgets";
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
  code: CodeWidget,
  "code-outputs": CodeOutputsWidget,
  "http-lines": HttpLinesWidget,
  "http-authorization": HttpAuthorizationWidget,
  "http-body": HttpBodyWidget,
  "http-timeout": HttpTimeoutWidget,
  classes: ClassesWidget,
  parameters: ParametersWidget,
  assignments: AssignmentsWidget,
  "list-filter": ListFilterWidget,
  "list-extract": ListExtractWidget,
  "list-order": ListOrderWidget,
  "list-limit": ListLimitWidget,
  "loop-variables": LoopVariablesWidget,
  datasets: DatasetsWidget,
  retrieval: RetrievalWidget,
  "metadata-filter": MetadataFilterWidget,
  "form-fields": FormFieldsWidget,
  "form-actions": FormActionsWidget,
  "form-delivery": FormDeliveryWidget,
  // Fields, as `<node type>.<path>`, that need more than their schema's widget: what follows from the choice, or another view.
  "code.code_language": CodeLanguageWidget,
  "http-request.url": LineWidget,
  "iteration.iterator_selector": IteratorWidget,
  "iteration.output_selector": RoundResultWidget,
  "loop.break_conditions": BreakConditionsWidget,
  "list-operator.variable": ListVariableWidget,
  "document-extractor.variable_selector": DocumentVariableWidget,
};

/** What a node type offers above its settings. */
export const TOOLS: Record<string, ComponentType> = {
  "http-request": CurlImport,
  "if-else": TestConditions,
};

/** What a node type shows below its settings. */
export const FEET: Record<string, ComponentType> = {
  "question-classifier": SentenceFoot,
  "parameter-extractor": SentenceFoot,
};
