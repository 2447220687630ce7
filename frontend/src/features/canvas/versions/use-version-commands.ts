import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "@/lib/commands";
import { appQuery } from "../data";
import { useEditor } from "../store";
import { DRAFT } from "./use-comparison";

const NONE: readonly [] = [];

/** Offer the comparison of the draft with what is live in the command bar. */
export function useVersionCommands(): void {
  const { t } = useTranslation("versions");
  const navigate = useNavigate({ from: "/app/$appId/canvas" });
  const ws = useEditor((state) => state.workspaceId);
  const app = useEditor((state) => state.appId);
  const { data } = useQuery(appQuery(ws, app));
  const live = data?.published ?? null;
  const commands = useMemo(() => {
    if (!live) return NONE;
    const compare = (): void => void navigate({ search: (old) => ({ ...old, version: live.id, diff: DRAFT }), replace: true });
    return [{ id: "versions-compare", label: t("command.compareLive", { number: live.number }), run: compare }];
  }, [live, navigate, t]);
  useCommands(t("title"), commands);
}
