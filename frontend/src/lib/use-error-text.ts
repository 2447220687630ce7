import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { Language } from "@/i18n";
import { exactSpan, fileSize } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

/** What a sentence about an error may name: the details as they came, and those that people read in another form. */
function paramsOf(error: ApiError, language: Language): Record<string, unknown> {
  const { granted_by, retry_after, limit_bytes } = error.details;
  const people = new Intl.ListFormat(language, { type: "disjunction" }).format(texts(granted_by));
  return {
    ...error.details,
    message: error.message,
    people,
    wait: typeof retry_after === "number" && retry_after > 0 ? exactSpan(retry_after, language) : "",
    limit: typeof limit_bytes === "number" ? fileSize(limit_bytes, language) : "",
  };
}

/** The text that says more, where what it names is known. */
function keyOf({ code, status }: ApiError, { people, wait, limit }: Record<string, unknown>): string {
  if (status === 403 && code !== "csrf_failed") return people ? "permission_denied.ask" : "permission_denied";
  if (status === 429 && wait) return "throttled.wait";
  if (status === 413 && limit) return "body_too_large.limit";
  return code;
}

/** Words an error: by its code where we have a text, else by the message the server sent. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation("errors");
  const language = useLanguage();
  return (error) => {
    if (!(error instanceof ApiError)) return t("unexpected");
    const params = paramsOf(error, language);
    const key = keyOf(error, params);
    if (key === "invalid_param") {
      const field = String(error.details.field ?? "");
      return t("invalid_param", { ...params, field: t(`field.${field}`, { defaultValue: field }) });
    }
    if (i18n.exists(key, { ns: "errors" })) return t(key, params);
    return error.message || t("unexpected");
  };
}
