import { queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Id, Member, RoleRights } from "@/api/types";

export const membersQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.members(workspaceId),
    queryFn: ({ signal }) => api.get<Member[]>(workspacePath(workspaceId, "/members"), { signal }),
  });

/** What each role may do. */
export const rolesQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.roles(workspaceId),
    queryFn: ({ signal }) => api.get<RoleRights[]>(workspacePath(workspaceId, "/roles"), { signal }),
    staleTime: 10 * 60_000,
  });
