import type { ApiErrorBody } from "@/api/types";

/** A refusal by the server, or `status` 0 when it could not be reached. */
export class ApiError extends Error implements ApiErrorBody {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;
  readonly requestId: string | null;

  constructor(body: ApiErrorBody, requestId: string | null = null) {
    super(body.message);
    this.name = "ApiError";
    this.code = body.code;
    this.status = body.status;
    this.details = body.details;
    this.requestId = requestId;
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  signal?: AbortSignal;
  /** "throw": hand a 401 to the caller. Default: ask for the password over the page, then send the request again. */
  onUnauthorized?: "ask" | "throw";
}

type SignInAgain = () => Promise<void>;
let signInAgain: SignInAgain | null = null;

/** Registers what asks a signed-out person to sign in; the promise resolves once they are back. */
export function setSignInAgain(ask: SignInAgain | null): void {
  signInAgain = ask;
}

function csrfToken(): string | null {
  const match = /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return match?.[1] ? decodeURIComponent(match[1]) : null;
}

async function ensureCsrf(): Promise<string | null> {
  const known = csrfToken();
  if (known) return known;
  await fetch("/api/setup", { credentials: "same-origin" }).catch(() => undefined);
  return csrfToken();
}

export function urlWithQuery(path: string, query: RequestOptions["query"]): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

function isErrorBody(value: unknown): value is ApiErrorBody {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** Sign-in answers carry a list of errors instead of one body. */
function firstListedError(value: unknown): { code: string; message: string; errors: unknown } | null {
  if (typeof value !== "object" || value === null || !("errors" in value) || !Array.isArray(value.errors)) return null;
  const first = value.errors[0] as { code?: string; message?: string } | undefined;
  return first?.code ? { code: first.code, message: first.message ?? first.code, errors: value.errors } : null;
}

/** An answer as `fetch` and `XMLHttpRequest` both can give it. */
interface Answer {
  status: number;
  statusText: string;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

async function errorFrom(response: Answer): Promise<ApiError> {
  const requestId = response.headers.get("X-Request-ID");
  const retryAfter = response.headers.get("Retry-After");
  const extra = retryAfter ? { retry_after: Number(retryAfter) } : {};
  const body: unknown = await response.json().catch(() => null);
  if (isErrorBody(body)) {
    return new ApiError(
      { code: body.code, message: body.message, status: response.status, details: { ...extra, ...body.details } },
      requestId,
    );
  }
  const listed = firstListedError(body);
  if (listed) return new ApiError({ ...listed, status: response.status, details: { ...extra, errors: listed.errors } }, requestId);
  const code = response.status === 401 ? "unauthorized" : response.status >= 500 ? "server_unavailable" : `http_${response.status}`;
  return new ApiError({ code, message: response.statusText || code, status: response.status, details: extra }, requestId);
}

async function send(method: string, path: string, body: unknown, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    const token = await ensureCsrf();
    if (token) headers["X-CSRFToken"] = token;
  }
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  try {
    return await fetch(urlWithQuery(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
      signal: options.signal,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw networkError();
  }
}

/** Sends and returns the raw answer; throws ApiError for anything that is not a success. */
export async function request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Response> {
  let response = await send(method, path, body, options);
  if (response.status === 401 && options.onUnauthorized !== "throw" && signInAgain) {
    await signInAgain();
    response = await send(method, path, body, options);
  }
  if (!response.ok) throw await errorFrom(response);
  return response;
}

async function json<T>(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<T> {
  const response = await request(method, path, body, options);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

function networkError(): ApiError {
  return new ApiError({ code: "network_error", message: "The server could not be reached.", status: 0, details: {} });
}

async function sendForm(path: string, form: FormData, onProgress: (share: number) => void, signal: AbortSignal): Promise<Answer> {
  const token = await ensureCsrf();
  return new Promise((resolve, reject) => {
    // fetch does not tell how much of a body has gone out.
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.open("POST", path);
    xhr.setRequestHeader("Accept", "application/json");
    if (token) xhr.setRequestHeader("X-CSRFToken", token);
    xhr.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    xhr.addEventListener("load", () =>
      resolve({
        status: xhr.status,
        statusText: xhr.statusText,
        headers: { get: (name) => xhr.getResponseHeader(name) },
        json: async () => JSON.parse(xhr.responseText) as unknown,
      }),
    );
    xhr.addEventListener("error", () => reject(networkError()));
    xhr.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    xhr.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    else xhr.send(form);
  });
}

/** Posts a form with files and tells which share of it has gone out. Otherwise as `api.post`. */
export async function upload<T>(path: string, form: FormData, onProgress: (share: number) => void, signal: AbortSignal): Promise<T> {
  let answer = await sendForm(path, form, onProgress, signal);
  if (answer.status === 401 && signInAgain) {
    await signInAgain();
    answer = await sendForm(path, form, onProgress, signal);
  }
  if (answer.status < 200 || answer.status > 299) throw await errorFrom(answer);
  return (await answer.json()) as T;
}

/** The console API. Paths start with `/`; see `workspacePath` for those of a workspace. */
export const api = {
  get: <T>(path: string, options?: RequestOptions) => json<T>("GET", path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) => json<T>("POST", path, body, options),
  put: <T>(path: string, body?: unknown, options?: RequestOptions) => json<T>("PUT", path, body, options),
  patch: <T>(path: string, body?: unknown, options?: RequestOptions) => json<T>("PATCH", path, body, options),
  delete: <T = void>(path: string, options?: RequestOptions) => json<T>("DELETE", path, undefined, options),
  text: async (path: string, options?: RequestOptions) => (await request("GET", path, undefined, options)).text(),
};

export function workspacePath(workspaceId: string, rest = ""): string {
  return `/api/workspaces/${workspaceId}${rest}`;
}
