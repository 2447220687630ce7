import { create } from "zustand";
import { workspacePath } from "@/api/client";
import type { Capability, Id } from "@/api/types";
import { useMe } from "@/lib/use-me";

const STORED = "tidemill-workspace";

interface Choice {
  id: Id | null;
  choose(id: Id): void;
}

const useChoice = create<Choice>((set) => ({
  id: typeof localStorage === "undefined" ? null : localStorage.getItem(STORED),
  choose: (id) => {
    localStorage.setItem(STORED, id);
    set({ id });
  },
}));

export interface CurrentWorkspace {
  id: Id;
  name: string;
  role: string;
  can(capability: Capability): boolean;
  /** The API path of something in this workspace: path("/apps"). */
  path(rest?: string): string;
  choose(id: Id): void;
}

/** The workspace in use: the one chosen last on this device, else the first. Only inside the frame. */
export function useWorkspace(): CurrentWorkspace {
  const me = useMe();
  const { id, choose } = useChoice();
  const workspace = me.workspaces.find((one) => one.id === id) ?? me.workspaces[0];
  if (!workspace) throw new Error("no workspace");
  return {
    id: workspace.id,
    name: workspace.name,
    role: workspace.role,
    can: (capability) => workspace.capabilities.includes(capability),
    path: (rest = "") => workspacePath(workspace.id, rest),
    choose,
  };
}
