// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/client";
import type { Draft, FlowDocument } from "@/api/types";
import { type Autosave, type Backup, isUnsaved, type Kept, localBackup, startAutosave } from "@/features/canvas/autosave";
import { renameNode } from "@/features/canvas/graph/nodes";
import { createEditorStore, type EditorStore } from "@/features/canvas/store";
import { line, TYPES } from "./fixtures";

/** The server's side of one draft: refuses a stale base, and fails as it is told. */
class Server {
  document: FlowDocument = line();
  revision = 1;
  by = "Alice";
  calls: { document: FlowDocument; base_revision: number }[] = [];
  fault: ApiError | null = null;
  private waiting: (() => void)[] = [];
  slow = false;

  save = async (body: { document: FlowDocument; base_revision: number }): Promise<Draft> => {
    this.calls.push(body);
    if (this.slow) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.fault) throw this.fault;
    if (body.base_revision !== this.revision) {
      throw new ApiError({ code: "draft_conflict", message: "", status: 409, details: { ...this.draft() } });
    }
    this.write(body.document, "me");
    return this.draft();
  };
  write(document: FlowDocument, by: string): void {
    this.document = document;
    this.revision += 1;
    this.by = by;
  }
  draft(): Draft {
    return { document: this.document, revision: this.revision, updated_at: "2026-11-21T10:00:00Z", updated_by: this.by, problems: [] };
  }
  release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

class Memory implements Backup {
  kept: Kept | null = null;
  read = () => this.kept;
  write = (kept: Kept) => void (this.kept = kept);
  clear = () => void (this.kept = null);
}

const title = (document: FlowDocument): string => document.graph.nodes[1]!.data.title;
const network = new ApiError({ code: "network_error", message: "", status: 0, details: {} });
const broken = new ApiError({ code: "server_unavailable", message: "", status: 503, details: {} });

let server: Server;
let store: EditorStore;
let backup: Memory;
let autosave: Autosave;

const rename = (to: string): void => store.actions.change({ key: "rename" }, (document) => renameNode(document, "a", to));
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  backup = new Memory();
  store = createEditorStore({
    appId: "app",
    workspaceId: "ws",
    mode: "workflow",
    document: server.document,
    revision: 1,
    nodeTypes: TYPES,
  });
  autosave = startAutosave(store, { save: server.save, backup });
});
afterEach(() => {
  autosave.stop();
  vi.useRealTimers();
});

describe("saving", () => {
  it("waits 800 ms after the last edit and sends once", async () => {
    rename("x");
    await pass(700);
    rename("xy");
    await pass(700);
    expect(server.calls).toHaveLength(0);
    await pass(100);
    expect(server.calls).toHaveLength(1);
    expect(title(server.document)).toBe("xy");
    expect(store.getState()).toMatchObject({ saveState: "saved", revision: 2 });
    expect(isUnsaved(store.getState())).toBe(false);
  });

  it("sends again what was edited while the answer was under way", async () => {
    server.slow = true;
    rename("one");
    await pass(800);
    expect(store.getState().saveState).toBe("saving");
    rename("two");
    server.slow = false;
    server.release();
    await pass(800);
    expect(server.calls.map((call) => [title(call.document), call.base_revision])).toEqual([
      ["one", 1],
      ["two", 2],
    ]);
    expect(store.getState()).toMatchObject({ saveState: "saved", revision: 3 });
  });

  it("has one request at a time however often it is asked", async () => {
    server.slow = true;
    rename("one");
    const asked = [autosave.flush(), autosave.flush(), store.getState().saveNow()];
    await pass(0);
    expect(server.calls).toHaveLength(1);
    server.slow = false;
    server.release();
    expect(await Promise.all(asked)).toEqual([true, true, true]);
    expect(server.calls).toHaveLength(1);
  });

  it("saves an undo like any edit", async () => {
    rename("x");
    await pass(800);
    store.actions.undo();
    await pass(800);
    expect(title(server.document)).toBe("a");
    expect(server.revision).toBe(3);
  });

  it("does nothing when nothing was edited", async () => {
    expect(await autosave.flush()).toBe(true);
    store.actions.select({ nodes: ["a"] });
    await pass(5000);
    expect(server.calls).toHaveLength(0);
  });
});

describe("trouble", () => {
  it("keeps the draft on this device while offline, and saves when the network is back", async () => {
    server.fault = network;
    rename("kept");
    await pass(800);
    expect(store.getState().saveState).toBe("offline");
    expect(title(backup.kept!.document)).toBe("kept");
    expect(backup.kept!.revision).toBe(1);
    server.fault = null;
    window.dispatchEvent(new Event("online"));
    await pass(0);
    expect(store.getState().saveState).toBe("saved");
    expect(backup.kept).toBeNull();
  });

  it("tries again after 5 s when the server fails", async () => {
    server.fault = broken;
    rename("x");
    await pass(800);
    expect(store.getState()).toMatchObject({ saveState: "failed", saveError: { status: 503 } });
    await pass(4900);
    expect(server.calls).toHaveLength(1);
    server.fault = null;
    await pass(100);
    expect(store.getState()).toMatchObject({ saveState: "saved", saveError: null });
  });

  it("does not repeat what the server will never take", async () => {
    server.fault = new ApiError({ code: "invalid_document", message: "", status: 422, details: {} });
    rename("x");
    await pass(60_000);
    expect(server.calls).toHaveLength(1);
    expect(store.getState().saveState).toBe("failed");
    expect(backup.kept).not.toBeNull();
  });

  it("keeps unsaved edits when the page is left", () => {
    rename("x");
    window.dispatchEvent(new Event("pagehide"));
    expect(title(backup.kept!.document)).toBe("x");
  });
});

describe("conflict", () => {
  beforeEach(async () => {
    server.write(renameNode(server.document, "a", "theirs"), "Bob");
    rename("mine");
    await pass(800);
  });

  it("overwrites nothing and says who saved", async () => {
    expect(store.getState()).toMatchObject({ saveState: "conflict", conflict: { revision: 2, updatedBy: "Bob" } });
    expect(title(server.document)).toBe("theirs");
    rename("mine still");
    await pass(20_000);
    expect(server.calls).toHaveLength(1);
    expect(title(backup.kept!.document)).toBe("mine still");
    expect(await autosave.flush()).toBe(false);
  });

  it("takes theirs; undo brings mine back as a new edit", async () => {
    autosave.takeTheirs();
    expect(title(store.getState().document)).toBe("theirs");
    expect(store.getState()).toMatchObject({ saveState: "saved", revision: 2, conflict: null });
    await pass(5000);
    expect(server.calls).toHaveLength(1);
    store.actions.undo();
    await pass(800);
    expect(title(server.document)).toBe("mine");
  });

  it("keeps mine on top of what was seen", async () => {
    expect(await autosave.keepMine()).toBe(true);
    expect(title(server.document)).toBe("mine");
    expect(server.calls.at(-1)!.base_revision).toBe(2);
    expect(store.getState()).toMatchObject({ saveState: "saved", revision: 3, conflict: null });
  });

  it("asks again when yet another draft came meanwhile", async () => {
    server.write(renameNode(server.document, "a", "third"), "Carol");
    expect(await autosave.keepMine()).toBe(false);
    expect(store.getState().conflict).toMatchObject({ revision: 3, updatedBy: "Carol" });
    expect(title(server.document)).toBe("third");
  });
});

describe("following others", () => {
  it("takes a newer draft when nothing is unsaved, without sending it back", async () => {
    server.write(renameNode(server.document, "a", "theirs"), "Bob");
    autosave.follow(server.draft());
    await pass(5000);
    expect(title(store.getState().document)).toBe("theirs");
    expect(store.getState().revision).toBe(2);
    expect(server.calls).toHaveLength(0);
  });

  it("leaves unsaved edits alone", () => {
    rename("mine");
    server.write(renameNode(server.document, "a", "theirs"), "Bob");
    autosave.follow(server.draft());
    expect(title(store.getState().document)).toBe("mine");
    expect(store.getState().revision).toBe(1);
  });
});

describe("the device's copy", () => {
  it("reads back what it wrote and nothing that is not a draft", () => {
    const local = localBackup("app");
    local.write({ document: line(), revision: 4 });
    expect(localBackup("app").read()).toEqual({ document: line(), revision: 4 });
    expect(localBackup("other").read()).toBeNull();
    localStorage.setItem("tidemill.draft.app", "{broken");
    expect(local.read()).toBeNull();
    localStorage.setItem("tidemill.draft.app", JSON.stringify({ revision: 1, document: {} }));
    expect(local.read()).toBeNull();
    local.clear();
    expect(localStorage.getItem("tidemill.draft.app")).toBeNull();
  });
});
