import { queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Id, LongWork } from "@/api/types";

export const workQuery = (ws: Id) =>
  queryOptions({
    queryKey: keys.work(ws),
    queryFn: ({ signal }) => api.get<LongWork[]>(workspacePath(ws, "/long-work"), { signal }),
    staleTime: 30_000,
  });
