/** Reads a cURL command as browsers and documentation write it. Pure: nothing is run or fetched. */

export interface CurlRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body: CurlBody;
  /** `user:password` of `-u`. */
  user: string;
  insecure: boolean;
  /** Options that say something this cannot keep. */
  ignored: string[];
}

export type CurlBody =
  | { type: "none" }
  | { type: "json"; text: string }
  | { type: "raw-text"; text: string }
  | { type: "x-www-form-urlencoded"; rows: [string, string][] }
  | { type: "form-data"; rows: { key: string; value: string; file: boolean }[] };

export class CurlError extends Error {
  constructor(readonly code: "not_curl" | "no_url" | "open_quote") {
    super(code);
  }
}

/** Options with a value that changes nothing about the request. */
const WITH_VALUE = new Set([
  "-o",
  "--output",
  "-m",
  "--max-time",
  "--connect-timeout",
  "--retry",
  "-w",
  "--write-out",
  "-c",
  "--cookie-jar",
]);
const QUIET = new Set([
  "-s",
  "--silent",
  "-S",
  "--show-error",
  "-v",
  "--verbose",
  "-L",
  "--location",
  "-i",
  "--include",
  "--compressed",
  "-f",
]);
const UNKNOWN_WITH_VALUE = new Set([
  "-x",
  "--proxy",
  "-E",
  "--cert",
  "--key",
  "--cacert",
  "--resolve",
  "-T",
  "--upload-file",
  "-K",
  "--config",
]);

/** Raises CurlError when it is not a cURL command. */
export function readCurl(command: string): CurlRequest {
  const words = shellWords(command.trim().replace(/^\$\s+/, ""));
  if (!/(^|\/)curl(\.exe)?$/.test(words[0] ?? "")) throw new CurlError("not_curl");
  const read = new Reading();
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [option, joined] = splitOption(word);
    if (!option) read.address(word);
    else if (read.takes(option)) {
      if (joined === null) at += 1;
      read.option(option, joined ?? words[at] ?? "");
    } else read.flag(option);
  }
  return read.request();
}

/** `--data=x`, `-XPOST` and `-H'a: b'` carry their value with them. */
function splitOption(word: string): [string | null, string | null] {
  if (!word.startsWith("-") || word === "-") return [null, null];
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    return equals < 0 ? [word, null] : [word.slice(0, equals), word.slice(equals + 1)];
  }
  return word.length > 2 && /^-[XHdFubAeom]/.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, null];
}

const DATA = new Set(["-d", "--data", "--data-ascii", "--data-raw", "--data-binary", "--json", "--data-urlencode"]);
const VALUED = new Set([
  "-X",
  "--request",
  "-H",
  "--header",
  "-u",
  "--user",
  "--url",
  "-b",
  "--cookie",
  "-A",
  "--user-agent",
  "-e",
  "--referer",
]);
const FORM = new Set(["-F", "--form", "--form-string"]);

class Reading {
  private method = "";
  private url = "";
  private readonly headers: [string, string][] = [];
  private readonly data: string[] = [];
  private readonly form: { key: string; value: string; file: boolean }[] = [];
  private readonly ignored: string[] = [];
  private user = "";
  private insecure = false;
  private get = false;
  private encoded = false;

  takes(option: string): boolean {
    return [DATA, VALUED, FORM, WITH_VALUE, UNKNOWN_WITH_VALUE].some((set) => set.has(option));
  }

  address(word: string): void {
    if (this.url) this.ignored.push(word);
    else this.url = word;
  }

  flag(option: string): void {
    if (option === "-k" || option === "--insecure") this.insecure = true;
    else if (option === "-G" || option === "--get") this.get = true;
    else if (option === "-I" || option === "--head") this.method ||= "HEAD";
    else if (!QUIET.has(option) && !/^-[sSvLif]+$/.test(option)) this.ignored.push(option);
  }

  option(option: string, value: string): void {
    if (option === "-X" || option === "--request") this.method = value.toUpperCase();
    else if (option === "--url") this.address(value);
    else if (option === "-H" || option === "--header") this.header(value);
    else if (option === "-u" || option === "--user") this.user = value;
    else if (option === "-b" || option === "--cookie") this.headers.push(["Cookie", value]);
    else if (option === "-A" || option === "--user-agent") this.headers.push(["User-Agent", value]);
    else if (option === "-e" || option === "--referer") this.headers.push(["Referer", value]);
    else if (FORM.has(option)) this.field(option, value);
    else if (DATA.has(option)) this.text(option, value);
    else if (UNKNOWN_WITH_VALUE.has(option)) this.ignored.push(option);
  }

  private header(line: string): void {
    const colon = line.indexOf(":");
    if (colon > 0) this.headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }

  private field(option: string, value: string): void {
    const equals = value.indexOf("=");
    const key = equals < 0 ? value : value.slice(0, equals);
    const rest = equals < 0 ? "" : value.slice(equals + 1);
    const file = option !== "--form-string" && /^[@<]/.test(rest);
    // `;type=…` after a value tells its kind, which the node finds by itself.
    this.form.push({ key, value: file ? "" : rest.replace(/;type=[\w/+.-]+$/, ""), file });
  }

  private text(option: string, value: string): void {
    if (value.startsWith("@") && option !== "--data-raw") return void this.ignored.push(`${option} ${value}`);
    if (option === "--json") {
      this.headers.push(["Content-Type", "application/json"], ["Accept", "application/json"]);
      this.data.push(value);
    } else if (option === "--data-urlencode") {
      this.encoded = true;
      const equals = value.indexOf("=");
      const name = equals < 0 ? "" : value.slice(0, equals + 1);
      this.data.push(name + encodeURIComponent(value.slice(equals + 1)));
    } else this.data.push(value);
  }

  request(): CurlRequest {
    if (!this.url) throw new CurlError("no_url");
    const body = this.get ? { type: "none" as const } : this.body();
    const sent = body.type !== "none";
    const address = this.get && this.data.length ? `${this.url}${this.url.includes("?") ? "&" : "?"}${this.data.join("&")}` : this.url;
    return {
      method: (this.method || (sent ? "POST" : "GET")).toLowerCase(),
      url: /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`,
      // The node writes these by itself; a form's boundary would not fit.
      headers: this.headers.filter(([name, value]) => !this.isOwn(name, value, body.type)),
      body,
      user: this.user,
      insecure: this.insecure,
      ignored: this.ignored,
    };
  }

  private isOwn(name: string, value: string, type: CurlBody["type"]): boolean {
    const plain = name.toLowerCase();
    if (plain === "content-length" || plain === "accept-encoding") return true;
    if (plain !== "content-type") return false;
    if (type === "json") return value.toLowerCase() === "application/json";
    return type === "x-www-form-urlencoded" || type === "form-data";
  }

  private body(): CurlBody {
    if (this.form.length) return { type: "form-data", rows: this.form };
    if (!this.data.length) return { type: "none" };
    const text = this.data.join("&");
    const kind = (this.headers.findLast(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "").toLowerCase();
    if (kind.includes("json") || (!kind && isJson(text))) return { type: "json", text };
    if (kind && !kind.includes("x-www-form-urlencoded")) return { type: "raw-text", text };
    const pairs = text.split("&");
    if (!this.encoded && !pairs.every((pair) => /^[^=\s]+=/.test(pair))) return { type: "raw-text", text };
    return { type: "x-www-form-urlencoded", rows: pairs.filter(Boolean).map(decodePair) };
  }
}

function decodePair(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  return [decode(equals < 0 ? pair : pair.slice(0, equals)), equals < 0 ? "" : decode(pair.slice(equals + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"' };

/** Cut a command into words as a POSIX shell does; `$'…'` and lines that go on after `\` (or `^`, on Windows) too. */
export function shellWords(command: string): string[] {
  const text = command.replace(/\^\r?\n/g, " ");
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (sign === "\\") {
      at += text[at + 1] === "\r" ? 2 : 1;
      const next = text[at] ?? "";
      // A line that goes on: nothing is added.
      if (next !== "\n") word = (word ?? "") + next;
    } else if (sign === "'" || sign === '"' || (sign === "$" && text[at + 1] === "'")) {
      const quoted = readQuoted(text, at);
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else word = (word ?? "") + sign;
  }
  if (word !== null) words.push(word);
  return words;
}

function readQuoted(text: string, start: number): { text: string; end: number } {
  const ansi = text[start] === "$";
  const quote = ansi ? "'" : text[start];
  let inside = "";
  for (let at = start + (ansi ? 2 : 1); at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (sign === quote) return { text: inside, end: at };
    if (sign === "\\" && ansi) {
      const unicode = /^u([0-9a-fA-F]{4})|^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1));
      if (unicode) {
        inside += String.fromCharCode(Number.parseInt(unicode[1] ?? unicode[2] ?? "0", 16));
        at += unicode[0].length;
      } else {
        at += 1;
        inside += ESCAPES[text[at] ?? ""] ?? `\\${text[at] ?? ""}`;
      }
    } else if (sign === "\\" && quote === '"' && /["\\$`\n]/.test(text[at + 1] ?? "")) {
      at += 1;
      if (text[at] !== "\n") inside += text[at];
    } else inside += sign;
  }
  throw new CurlError("open_quote");
}
