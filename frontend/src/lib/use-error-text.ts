import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";

/** Words an error: by its code where we have a text, else by the message the server sent. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation("errors");
  return (error) => {
    if (!(error instanceof ApiError)) return t("unexpected");
    const params: Record<string, unknown> = { ...error.details, message: error.message };
    if (error.code === "permission_denied" || error.status === 403) return t("permission_denied", params);
    if (i18n.exists(error.code, { ns: "errors" })) return t(error.code, params);
    return error.message || t("unexpected");
  };
}
