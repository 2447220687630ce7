/** A visit to the page: opens it, keeps its token fresh, and calls the published API with it. */

export interface PageInfo {
  title: string;
  description: string;
  icon: string;
  icon_background: string;
  chat_color_theme: string;
  chat_color_theme_inverted: boolean;
  copyright: string;
  privacy_policy: string;
  input_placeholder: string | null;
  custom_disclaimer: string;
  default_language: string;
  show_workflow_steps: boolean;
  use_icon_as_answer_icon: boolean;
  mode: string;
  path: string;
  origins: string[];
}

interface Opened {
  token: string;
  expires_in: number;
  visitor: string;
  page: PageInfo;
}

/** A refusal by the server, or `status` 0 when it could not be reached. */
export class CallError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details: Record<string, unknown> = {},
    readonly params = "",
  ) {
    super(message);
    this.name = "CallError";
  }
}

/** Storage that may be switched off, as it is in the frames of some browsers. */
export const kept = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(key: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // What is not kept is asked for again.
    }
  },
};

async function errorOf(response: Response): Promise<CallError> {
  const body = (await response.json().catch(() => null)) as Partial<CallError> | null;
  const details = body?.details ?? {};
  return new CallError(body?.code ?? "unknown", body?.message ?? response.statusText, response.status, details, body?.params ?? "");
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new CallError("offline", "", 0);
  }
}

function csrfToken(): Record<string, string> {
  const match = /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return match?.[1] ? { "X-CSRFToken": decodeURIComponent(match[1]) } : {};
}

export class Session {
  private token = "";
  private freshUntil = 0;
  private renewing: Promise<PageInfo> | null = null;
  private visitor: string;

  constructor(
    readonly pageToken: string,
    private readonly embedded: boolean,
    private identity = "",
  ) {
    this.visitor = kept.read(this.storageKey("visitor")) ?? "";
  }

  /** The name under which this page keeps something on the device. */
  storageKey(name: string): string {
    return `tidemill-page:${this.pageToken}:${this.embedded ? "embed" : "web"}:${name}`;
  }

  /** Says who visits; what was known of an earlier visitor counts no more. */
  identify(identity: string): void {
    this.identity = identity;
  }

  /** Opens the visit or makes its token new. Raises CallError; its details hold the page where there is one. */
  open(password = ""): Promise<PageInfo> {
    this.renewing ??= this.ask(password).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async ask(password: string): Promise<PageInfo> {
    const body = { embedded: this.embedded, password, identity: this.identity, visitor: this.visitor };
    const headers = { "Content-Type": "application/json", ...csrfToken() };
    const path = `/api/pages/${encodeURIComponent(this.pageToken)}/session`;
    const response = await send(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw await errorOf(response);
    const opened = (await response.json()) as Opened;
    this.token = opened.token;
    this.freshUntil = Date.now() + (opened.expires_in - 60) * 1000;
    // A token of the host page is good for a while only; what the server gave for it lasts longer.
    this.identity = "";
    if (opened.visitor !== this.visitor) kept.write(this.storageKey("visitor"), opened.visitor);
    this.visitor = opened.visitor;
    return opened.page;
  }

  /** Sends a request to `/v1`. Raises CallError. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    if (Date.now() > this.freshUntil) await this.open();
    let response = await send(`/v1${path}`, this.authorized(init));
    if (response.status === 401) {
      await this.open();
      response = await send(`/v1${path}`, this.authorized(init));
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  private authorized(init: RequestInit): RequestInit {
    return { ...init, headers: { ...init.headers, Authorization: `Bearer ${this.token}` } };
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.call(path)).json()) as T;
  }

  async post<T>(path: string, body: Record<string, unknown>): Promise<T> {
    return (await (await this.call(path, asJson("POST", body))).json()) as T;
  }

  async remove(path: string): Promise<void> {
    await this.call(path, asJson("DELETE", {}));
  }

  /** The header that an upload with progress has to set itself. */
  async authorization(): Promise<string> {
    if (Date.now() > this.freshUntil) await this.open();
    return `Bearer ${this.token}`;
  }
}

export function asJson(method: string, body: Record<string, unknown>): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
