import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { HomeNumbers, Id } from "@/api/types";

/** What ran in the last day and what it cost, on this device's clock. */
export const homeQuery = (ws: Id) =>
  queryOptions({
    queryKey: keys.home(ws),
    queryFn: ({ signal }) =>
      api.get<HomeNumbers>(workspacePath(ws, "/home"), { query: { tz: Intl.DateTimeFormat().resolvedOptions().timeZone }, signal }),
    placeholderData: keepPreviousData,
  });
