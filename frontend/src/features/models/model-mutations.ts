import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Credential, CredentialChange, DefaultModel, Id, Model, ModelChange, ModelType, NewCredential } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";

export interface ChosenModel {
  name: string;
  type: ModelType;
}

function useModelsChanged(): () => void {
  const client = useQueryClient();
  const { id } = useWorkspace();
  return () => {
    void client.invalidateQueries({ queryKey: keys.credentials(id) });
    void client.invalidateQueries({ queryKey: keys.models(id) });
    void client.invalidateQueries({ queryKey: keys.defaultModels(id) });
  };
}

export function useAddCredential() {
  const workspace = useWorkspace();
  const changed = useModelsChanged();
  return useMutation({
    mutationFn: (credential: NewCredential) => api.post<Credential>(workspace.path("/credentials"), credential),
    onSuccess: changed,
  });
}

export function useChangeCredential() {
  const workspace = useWorkspace();
  const changed = useModelsChanged();
  return useMutation({
    mutationFn: ({ id, ...change }: CredentialChange & { id: Id }) => api.patch<Credential>(workspace.path(`/credentials/${id}`), change),
    onSuccess: changed,
  });
}

export function useDeleteCredential() {
  const workspace = useWorkspace();
  const changed = useModelsChanged();
  return useMutation({ mutationFn: (id: Id) => api.delete(workspace.path(`/credentials/${id}`)), onSuccess: changed });
}

export function useChangeModel() {
  const workspace = useWorkspace();
  const changed = useModelsChanged();
  return useMutation({
    mutationFn: ({ id, ...change }: ModelChange & { id: Id }) => api.patch<Model>(workspace.path(`/models/${id}`), change),
    onSuccess: changed,
  });
}

export function useSaveDefaultModels() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const key = keys.defaultModels(workspace.id);
  return useMutation({
    mutationFn: (defaults: DefaultModel[]) => api.put<DefaultModel[]>(workspace.path("/default-models"), defaults),
    onMutate: (defaults) => {
      const before = client.getQueryData<DefaultModel[]>(key);
      client.setQueryData(key, defaults);
      return { before };
    },
    onError: (_error, _defaults, context) => client.setQueryData(key, context?.before),
    onSuccess: (defaults) => client.setQueryData(key, defaults),
  });
}
