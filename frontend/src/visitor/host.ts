/** The site around the page, where there is one: what it says, and what it is told. */
import { MARK, readToFrame, type ToFrame, type ToHost } from "../embed/protocol";

const GREETING_MS = 2_000;

export interface Greeting {
  identity: string;
  inputs: Record<string, string>;
}

type Listener = (message: ToFrame) => void;

export class Host {
  private readonly origin: string | null;
  private readonly listeners = new Set<Listener>();
  private greeted: Greeting | null = null;
  private trusted = true;
  private visible = true;
  /** What was asked before the page was ready for it. */
  private early: ToFrame[] | null = [];

  constructor(readonly embedded: boolean) {
    // The script names its site; the browser delivers to that origin alone, and lets only listed sites frame the page.
    const named = new URLSearchParams(window.location.hash.slice(1)).get("host");
    this.origin = embedded && named && window.parent !== window ? named : null;
    if (!this.origin) return;
    this.visible = false;
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.origin !== this.origin || !this.trusted) return;
      const message = readToFrame(event.data);
      if (message) this.hear(message);
    });
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) this.close();
    });
  }

  /** Whether a host page listens: it can close the frame. */
  get listens(): boolean {
    return this.origin !== null;
  }

  private hear(message: ToFrame): void {
    if (message.type === "hello") this.greeted = { identity: message.identity, inputs: message.inputs };
    if (message.type === "shown") this.visible = message.open;
    this.early?.push(message);
    for (const listener of this.listeners) listener(message);
  }

  listen = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Listens, from now on and to what came before anybody did. */
  attend(listener: Listener): () => void {
    for (const message of this.early ?? []) listener(message);
    this.early = null;
    return this.listen(listener);
  }

  /** Says that the page is there and waits a moment for what the site has to say. */
  greeting(): Promise<Greeting> {
    const nothing: Greeting = { identity: "", inputs: {} };
    if (!this.origin) return Promise.resolve(nothing);
    this.tell({ type: "ready" });
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(nothing), GREETING_MS);
      const stop = this.listen((message) => {
        if (message.type !== "hello") return;
        clearTimeout(timer);
        stop();
        resolve({ identity: message.identity, inputs: message.inputs });
      });
    });
  }

  /** Sites that may frame the page; from another one nothing is taken. */
  trust(origins: readonly string[]): void {
    this.trusted = this.origin === null || origins.includes(this.origin) || this.origin === window.location.origin;
  }

  /** Inputs that the site or the address fill in. */
  prefilled(): Record<string, string> {
    return { ...Object.fromEntries(new URLSearchParams(window.location.search)), ...this.greeted?.inputs };
  }

  close(): void {
    this.tell({ type: "close" });
  }

  /** Something new that nobody sees yet. */
  news(): void {
    if (!this.visible) this.tell({ type: "unread", unread: true });
  }

  private tell(message: ToHost): void {
    if (this.origin) window.parent.postMessage({ mark: MARK, ...message }, this.origin);
  }
}
