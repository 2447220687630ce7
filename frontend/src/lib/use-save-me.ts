import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Me, MeChange } from "@/api/types";

/** Saves the signed-in person's own settings; shown at once, taken back when the server refuses. */
export function useSaveMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: MeChange) => api.patch<Me>("/api/me", change),
    onMutate: (change) => {
      const before = client.getQueryData<Me>(keys.me);
      if (before) client.setQueryData(keys.me, { ...before, ...change });
      return { before };
    },
    onError: (_error, _change, context) => client.setQueryData(keys.me, context?.before),
    onSuccess: (me) => client.setQueryData(keys.me, me),
  });
}
