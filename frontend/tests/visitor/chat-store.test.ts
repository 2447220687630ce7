// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatStore, type Question } from "@/visitor/chat/chat-store";
import { CallError, type Session } from "@/visitor/session";

type Answer = Response | CallError;

/** A visit whose answers are written down beforehand; remembers what was asked. */
class Script {
  readonly asked: { path: string; headers: Record<string, string>; body: Record<string, unknown> }[] = [];
  private readonly answers: Answer[];

  constructor(...answers: Answer[]) {
    this.answers = answers;
  }

  session(): Session {
    const call = (path: string, init: RequestInit = {}) => {
      const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
      this.asked.push({ path, headers: init.headers as Record<string, string>, body });
      const answer = this.answers.shift();
      if (!answer) return Promise.reject(new Error(`nothing is written for ${path}`));
      return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
    };
    const read = async <T>(path: string) => (await (await call(path)).json()) as T;
    return { call, get: read, post: read } as unknown as Session;
  }
}

/** A stream of frames; `cut` breaks it off after them. */
function stream(frames: Record<string, unknown>[], cut = false): Response {
  const text = frames.map((frame, at) => `id: 1-${frame.at ?? at}\ndata: ${JSON.stringify(frame)}\n\n`).join("");
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (!cut) controller.close();
    },
    pull(controller) {
      if (cut) controller.error(new TypeError("network error"));
    },
  });
  return new Response(source);
}

const head = { conversation_id: "c", message_id: "m", task_id: "run" };
const said = (answer: string, at: number) => ({ event: "message", ...head, answer, at });
const ended = (at: number) => ({ event: "workflow_finished", ...head, data: { status: "succeeded", outputs: {} }, at });
const offline = () => new CallError("offline", "", 0);
const question = (query: string): Question => ({ key: "k", query, files: { sent: [], shown: [] }, inputs: { boat: "Lea" } });

function store(script: Script, more: Partial<ConstructorParameters<typeof ChatStore>[1]> = {}): ChatStore {
  return new ChatStore(script.session(), { simple: false, suggests: false, word: (error) => error.code, ...more });
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a chat", () => {
  it("sends a question, and the next one into the same conversation", async () => {
    const script = new Script(stream([said("At noon.", 1), ended(2)]), stream([said("Bye.", 1), ended(2)]));
    const chat = store(script);
    await chat.send(question("When?"));
    expect(chat.snapshot()).toMatchObject({ conversationId: "c", turns: [{ answer: "At noon.", status: "done", messageId: "m" }] });
    await chat.send(question("Bye"));
    expect(script.asked.map(({ path, body }) => [path, body.conversation_id, body.inputs])).toEqual([
      ["/chat-messages?event_ids=1", "", { boat: "Lea" }],
      ["/chat-messages?event_ids=1", "c", { boat: "Lea" }],
    ]);
  });

  it("goes on where the connection broke, and tells that it tries", async () => {
    const script = new Script(stream([said("At ", 1)], true), offline(), stream([said("noon.", 2), ended(3)]));
    const chat = store(script);
    const broken: boolean[] = [];
    chat.subscribe(() => broken.push(chat.snapshot().broken));
    await chat.send(question("When?"));
    expect(chat.snapshot()).toMatchObject({ broken: false, turns: [{ answer: "At noon.", status: "done" }] });
    expect(broken).toContain(true);
    expect(script.asked.slice(1).map(({ path, headers }) => [path, headers["Last-Event-ID"]])).toEqual([
      ["/workflow/run/events?continue_on_pause=true&event_ids=1", "1-1"],
      ["/workflow/run/events?continue_on_pause=true&event_ids=1", "1-1"],
    ]);
  });

  it("keeps what could not be sent and sends it again, as the same request", async () => {
    const script = new Script(offline(), stream([said("At noon.", 1), ended(2)]));
    const chat = store(script);
    await chat.send(question("When?"));
    expect(chat.snapshot().turns).toMatchObject([{ query: "When?", status: "unsent" }]);
    chat.resend();
    await vi.waitFor(() => expect(chat.snapshot().turns).toMatchObject([{ answer: "At noon.", status: "done" }]));
    expect(script.asked.map(({ headers }) => headers["Idempotency-Key"])).toEqual(["k", "k"]);
  });

  it("says why nothing came where the server refuses", async () => {
    const chat = store(new Script(new CallError("too_many_requests", "", 429)));
    await chat.send(question("When?"));
    expect(chat.snapshot().turns).toMatchObject([{ status: "failed", error: "too_many_requests" }]);
  });

  it("follows an answer that is under way when a conversation is opened", async () => {
    const message = {
      id: "m",
      inputs: { boat: "Lea" },
      query: "When?",
      answer: "",
      status: "normal",
      error: null,
      task_id: "run",
      run_status: "running",
    };
    const rest = { message_files: [], feedback: null, retriever_resources: [], extra_contents: [] };
    const page = Response.json({ data: [{ ...message, ...rest }], has_more: false });
    const script = new Script(
      page,
      stream([{ event: "workflow_started", ...head, data: { reason: "initial" } }, said("At noon.", 1), ended(2)]),
    );
    const chat = store(script);
    await chat.open("c");
    expect(chat.snapshot().inputs).toEqual({ boat: "Lea" });
    await vi.waitFor(() => expect(chat.snapshot().turns).toMatchObject([{ answer: "At noon.", status: "done" }]));
    expect(script.asked[1]?.headers["Last-Event-ID"]).toBe("0-0");
  });

  it("offers questions to ask next, and is whole without them", async () => {
    const suggests = { suggests: true };
    const offered = store(new Script(stream([said("At noon.", 1), ended(2)]), Response.json({ data: ["And low tide?"] })), suggests);
    await offered.send(question("When?"));
    expect(offered.snapshot().followUps).toEqual(["And low tide?"]);
    const refused = store(new Script(stream([said("At noon.", 1), ended(2)]), new CallError("x", "", 400)), suggests);
    await refused.send(question("When?"));
    expect(refused.snapshot()).toMatchObject({ followUps: [], turns: [{ status: "done" }] });
  });

  it("takes a rating back where it was not stored", async () => {
    const chat = store(new Script(stream([said("At noon.", 1), ended(2)]), new CallError("x", "", 500)));
    await chat.send(question("When?"));
    const [turn] = chat.snapshot().turns;
    if (!turn) throw new Error("no turn");
    await expect(chat.rate(turn, "like")).rejects.toThrow();
    expect(chat.snapshot().turns[0]?.rating).toBeNull();
  });
});
