import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Me, Setup } from "@/api/types";

export const setupQuery = queryOptions({ queryKey: keys.setup, queryFn: () => api.get<Setup>("/api/setup"), staleTime: 60_000 });

/** A 401 here means «nobody is signed in», which the router answers by showing the sign-in page. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: () => api.get<Me>("/api/me", { onUnauthorized: "throw" }),
  staleTime: 5 * 60_000,
  retry: false,
});

/** The signed-in person. Only inside the frame, whose route loads it first. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("useMe outside the signed-in frame");
  return data;
}
