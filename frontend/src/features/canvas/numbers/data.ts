import { queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Id, Model } from "@/api/types";
import type { components } from "@/api/schema";

export type NodeNumbers = components["schemas"]["NodeNumbersOutput"];

/** What each step took in the last runs. */
export const nodeNumbersQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: keys.nodeNumbers(ws, app),
    queryFn: () => api.get<NodeNumbers>(workspacePath(ws, `/apps/${app}/node-numbers`)),
    staleTime: 60_000,
  });

export const chatModelsQuery = (ws: Id) =>
  queryOptions({
    queryKey: keys.models(ws, "llm"),
    queryFn: () => api.get<Model[]>(workspacePath(ws, "/models"), { query: { type: "llm" } }),
  });

/** Files name providers as `author/plugin/provider`. */
const shortProvider = (provider: string): string => provider.split("/").at(-1) ?? provider;

export const findModel = (models: readonly Model[] | undefined, provider: string, name: string): Model | undefined =>
  models?.find((one) => one.name === name && (one.provider === provider || one.provider === shortProvider(provider)));
