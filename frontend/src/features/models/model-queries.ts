import { queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Credential, DefaultModel, Id, Model, ModelType, Provider } from "@/api/types";

export const MODEL_TYPES: readonly ModelType[] = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation", "image"];

export const providersQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.providers(workspaceId),
    queryFn: ({ signal }) => api.get<Provider[]>(workspacePath(workspaceId, "/providers"), { signal }),
    staleTime: 10 * 60_000,
  });

export const credentialsQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.credentials(workspaceId),
    queryFn: ({ signal }) => api.get<Credential[]>(workspacePath(workspaceId, "/credentials"), { signal }),
  });

/** Every model that may be used now; `type` narrows it. */
export const modelsQuery = (workspaceId: Id, type?: ModelType) =>
  queryOptions({
    queryKey: keys.models(workspaceId, type),
    queryFn: ({ signal }) => api.get<Model[]>(workspacePath(workspaceId, "/models"), { query: { type }, signal }),
    staleTime: 30_000,
  });

export const defaultModelsQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.defaultModels(workspaceId),
    queryFn: ({ signal }) => api.get<DefaultModel[]>(workspacePath(workspaceId, "/default-models"), { signal }),
  });
