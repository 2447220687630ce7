/** Which field of a node an error is about, and whether another try may help. Pure. */

const FIELDS: Record<string, string> = {
  model_not_configured: "model",
  provider_bad_request: "model",
  context_too_long: "prompt_template",
  prompt_empty: "prompt_template",
  template_syntax: "template",
  template_failed: "template",
  structured_output_invalid: "structured_output",
  code_failed: "code",
  code_syntax: "code",
  code_unsupported: "code",
  code_module_missing: "code",
  code_no_main: "code",
  code_timeout: "code",
  code_memory: "code",
  code_output_invalid: "outputs",
  code_result_invalid: "outputs",
  invalid_url: "url",
  http_status: "url",
  http_unreachable: "url",
  http_tls_failed: "ssl_verify",
  http_timeout: "timeout",
  header_invalid: "headers",
  body_invalid: "body",
  body_too_large: "body",
  file_missing: "body",
  operation_impossible: "items",
  variable_read_only: "items",
  list_expected: "variable",
  list_mixed: "order_by",
  item_missing: "extract_by",
  iterator_not_list: "iterator_selector",
  knowledge_unavailable: "dataset_ids",
};

export const fieldOf = (code: string): string | undefined => FIELDS[code];

/** Codes of troubles that may pass: another try is worth it. */
const PASSING = new Set([
  "provider_rate_limited",
  "provider_unavailable",
  "provider_timeout",
  "provider_stream_cut",
  "http_timeout",
  "http_unreachable",
  "http_connection_lost",
  "http_unavailable",
]);

export const mayPass = (code: string): boolean => PASSING.has(code);
