// What programs written for Node.js expect around them and this interpreter lacks. Only pure functions: nothing here
// reaches a file, a clock or a network. Evaluated in the program's own context, and only when the program names one of them.
(() => {
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  const toUtf8 = (text) => {
    const out = [];
    for (const letter of String(text)) {
      let code = letter.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) out.push(code);
      else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return out;
  };
  const fromUtf8 = (bytes) => {
    let out = "";
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at];
      const size = first < 0x80 ? 1 : first >> 5 === 6 ? 2 : first >> 4 === 14 ? 3 : first >> 3 === 30 ? 4 : 0;
      const rest = Array.prototype.slice.call(bytes, at + 1, at + size);
      if (!size || rest.length !== size - 1 || rest.some((byte) => byte >> 6 !== 2)) {
        out += "\ufffd";
        at += 1;
        continue;
      }
      const start = size === 1 ? first : first & (0xff >> (size + 1));
      out += String.fromCodePoint(rest.reduce((code, byte) => (code << 6) | (byte & 63), start));
      at += size;
    }
    return out;
  };
  const toBase64 = (bytes) => {
    let out = "";
    for (let at = 0; at < bytes.length; at += 3) {
      const three = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      out += ALPHABET[three >> 18] + ALPHABET[(three >> 12) & 63];
      out += at + 1 < bytes.length ? ALPHABET[(three >> 6) & 63] : "=";
      out += at + 2 < bytes.length ? ALPHABET[three & 63] : "=";
    }
    return out;
  };
  const fromBase64 = (text) => {
    const out = [];
    let bits = 0;
    let count = 0;
    for (const letter of String(text).replace(/-/g, "+").replace(/_/g, "/").replace(/[^A-Za-z0-9+/]/g, "")) {
      bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        out.push((bits >> count) & 255);
      }
    }
    return out;
  };

  globalThis.btoa = (text) => {
    const bytes = [...String(text)].map((letter) => letter.codePointAt(0));
    if (bytes.some((byte) => byte > 255)) throw new Error("Invalid character");
    return toBase64(bytes);
  };
  globalThis.atob = (text) => String.fromCharCode(...fromBase64(text));

  globalThis.TextEncoder = class TextEncoder {
    encode(text = "") {
      return Uint8Array.from(toUtf8(text));
    }
  };
  globalThis.TextDecoder = class TextDecoder {
    decode(bytes = []) {
      return fromUtf8(bytes);
    }
  };

  class Buffer extends Uint8Array {
    static from(given, encoding = "utf8") {
      if (typeof given !== "string") return super.from(given);
      if (encoding === "base64" || encoding === "base64url") return super.from(fromBase64(given));
      if (encoding === "hex") return super.from((given.match(/[0-9a-fA-F]{2}/g) ?? []).map((pair) => Number.parseInt(pair, 16)));
      if (encoding === "latin1" || encoding === "binary") return super.from([...given].map((letter) => letter.charCodeAt(0) & 255));
      return super.from(toUtf8(given));
    }
    static byteLength(text) {
      return toUtf8(text).length;
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static concat(parts) {
      return super.from(parts.flatMap((part) => [...part]));
    }
    toString(encoding = "utf8") {
      if (encoding === "base64") return toBase64(this);
      if (encoding === "base64url") return toBase64(this).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
      if (encoding === "hex") return [...this].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (encoding === "latin1" || encoding === "binary") return String.fromCharCode(...this);
      return fromUtf8(this);
    }
    toJSON() {
      return { type: "Buffer", data: [...this] };
    }
  }
  globalThis.Buffer = Buffer;

  const plus = (text) =>
    encodeURIComponent(text)
      .replace(/%20/g, "+")
      .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const percentBytes = (text) => {
    const out = [];
    const letters = [...text];
    for (let at = 0; at < letters.length; at += 1) {
      const pair = letters.slice(at + 1, at + 3).join("");
      if (letters[at] === "%" && /^[0-9a-fA-F]{2}$/.test(pair)) {
        out.push(Number.parseInt(pair, 16));
        at += 2;
      } else out.push(...toUtf8(letters[at]));
    }
    return out;
  };
  const unplus = (text) => fromUtf8(percentBytes(text.replace(/\+/g, " ")));
  class URLSearchParams {
    constructor(given = "") {
      if (typeof given === "string") {
        const pairs = given.replace(/^\?/, "").split("&").filter(Boolean);
        this.rows = pairs.map((pair) => {
          const [name, ...rest] = pair.split("=");
          return [unplus(name), unplus(rest.join("="))];
        });
      } else {
        const rows = typeof given[Symbol.iterator] === "function" ? [...given] : Object.entries(given);
        this.rows = rows.map(([name, value]) => [String(name), String(value)]);
      }
    }
    append(name, value) {
      this.rows.push([String(name), String(value)]);
    }
    delete(name) {
      this.rows = this.rows.filter((row) => row[0] !== name);
    }
    get(name) {
      return this.rows.find((row) => row[0] === name)?.[1] ?? null;
    }
    getAll(name) {
      return this.rows.filter((row) => row[0] === name).map((row) => row[1]);
    }
    has(name) {
      return this.rows.some((row) => row[0] === name);
    }
    set(name, value) {
      const found = this.rows.find((row) => row[0] === name);
      if (!found) return this.append(name, value);
      found[1] = String(value);
      this.rows = this.rows.filter((row) => row === found || row[0] !== name);
    }
    sort() {
      this.rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    }
    forEach(call) {
      for (const [name, value] of this.rows) call(value, name, this);
    }
    keys() {
      return this.rows.map((row) => row[0])[Symbol.iterator]();
    }
    values() {
      return this.rows.map((row) => row[1])[Symbol.iterator]();
    }
    entries() {
      return this.rows.map((row) => [...row])[Symbol.iterator]();
    }
    [Symbol.iterator]() {
      return this.entries();
    }
    toString() {
      return this.rows.map(([name, value]) => `${plus(name)}=${plus(value)}`).join("&");
    }
  }
  globalThis.URLSearchParams = URLSearchParams;

  const PORTS = { "http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443" };
  globalThis.URL = class URL {
    constructor(text, base) {
      let found = /^([a-zA-Z][a-zA-Z0-9+.-]*:)(?:\/\/(?:([^/?#@:]*)(?::([^/?#@]*))?@)?([^/?#:]*|\[[^\]]*\])(?::(\d+))?)?([^?#]*)(\?[^#]*)?(#.*)?$/.exec(String(text));
      if (!found && base !== undefined) {
        const from = new URL(base);
        const given = String(text);
        const folder = from.pathname.replace(/[^/]*$/, "");
        const path = given.startsWith("//") ? "" : given.startsWith("/") ? given : /^[?#]/.test(given) ? from.pathname + given : folder + given;
        const front = from.href.slice(0, from.href.indexOf(from.host) + from.host.length);
        return new URL(given.startsWith("//") ? from.protocol + given : front + path);
      }
      if (!found) throw new TypeError("Invalid URL");
      const [, protocol, username = "", password = "", hostname = "", port = "", path, search = "", hash = ""] = found;
      this.protocol = protocol.toLowerCase();
      this.username = username;
      this.password = password;
      this.hostname = hostname.toLowerCase();
      this.port = port === PORTS[this.protocol] ? "" : port;
      const steps = [];
      for (const step of path.split("/")) {
        if (step === "..") steps.length > 1 && steps.pop();
        else if (step !== ".") steps.push(step);
      }
      if (/\/\.\.?$/.test(path)) steps.push("");
      this.pathname = hostname ? encodeURI(decodeSafe(steps.join("/"))) || "/" : path;
      this.search = search === "?" ? "" : search;
      this.hash = hash === "#" ? "" : hash;
      this.searchParams = new URLSearchParams(this.search);
      this.given = this.searchParams.toString();
    }
    get host() {
      return this.hostname + (this.port ? `:${this.port}` : "");
    }
    get origin() {
      return this.hostname ? `${this.protocol}//${this.host}` : "null";
    }
    get href() {
      const account = this.username ? `${this.username}${this.password ? `:${this.password}` : ""}@` : "";
      const now = this.searchParams.toString();
      const search = now === this.given ? this.search : now && `?${now}`;
      return `${this.protocol}${this.hostname ? `//${account}${this.host}` : ""}${this.pathname}${search}${this.hash}`;
    }
    toString() {
      return this.href;
    }
    toJSON() {
      return this.href;
    }
  };
  const decodeSafe = (text) => {
    try {
      return decodeURI(text);
    } catch {
      return text;
    }
  };

  globalThis.structuredClone = (value) => {
    const seen = new Map();
    const copy = (one) => {
      if (typeof one === "function" || typeof one === "symbol") throw new Error(`${String(one)} could not be cloned.`);
      if (typeof one !== "object" || one === null) return one;
      if (seen.has(one)) return seen.get(one);
      if (one instanceof Date) return new Date(one.getTime());
      if (one instanceof RegExp) return new RegExp(one.source, one.flags);
      const made = Array.isArray(one) ? [] : one instanceof Map ? new Map() : one instanceof Set ? new Set() : {};
      seen.set(one, made);
      if (one instanceof Map) for (const [key, item] of one) made.set(copy(key), copy(item));
      else if (one instanceof Set) for (const item of one) made.add(copy(item));
      else for (const key of Object.keys(one)) made[key] = copy(one[key]);
      return made;
    };
    return copy(value);
  };

  // Nothing waits here: what was put off comes next, in the order of the delays that were asked for.
  const timers = [];
  let number = 0;
  globalThis.setTimeout = (call, delay = 0, ...given) => {
    number += 1;
    timers.push({ number, delay: Number(delay) || 0, run: () => call(...given) });
    Promise.resolve().then(() => {
      if (!timers.length) return;
      timers.sort((a, b) => a.delay - b.delay || a.number - b.number);
      timers.shift().run();
    });
    return number;
  };
  globalThis.clearTimeout = (which) => {
    const at = timers.findIndex((timer) => timer.number === which);
    if (at >= 0) timers.splice(at, 1);
  };
  globalThis.queueMicrotask = (call) => void Promise.resolve().then(call);

  const random = (count) => Array.from({ length: count }, () => Math.floor(Math.random() * 256));
  globalThis.crypto = {
    randomUUID: () => {
      const bytes = random(16);
      bytes[6] = (bytes[6] & 15) | 64;
      bytes[8] = (bytes[8] & 63) | 128;
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    },
  };

  const lacking = (owner, name, value) => {
    if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  };
  const at = function at(index) {
    const place = Math.trunc(index) || 0;
    return this[place < 0 ? this.length + place : place];
  };
  lacking(Array.prototype, "at", at);
  lacking(String.prototype, "at", at);
  lacking(Array.prototype, "findLast", function findLast(test) {
    return [...this].reverse().find((item, index) => test(item, this.length - 1 - index, this));
  });
  lacking(Array.prototype, "findLastIndex", function findLastIndex(test) {
    const found = [...this].reverse().findIndex((item, index) => test(item, this.length - 1 - index, this));
    return found < 0 ? -1 : this.length - 1 - found;
  });
  lacking(Array.prototype, "toSorted", function toSorted(compare) {
    return [...this].sort(compare);
  });
  lacking(Array.prototype, "toReversed", function toReversed() {
    return [...this].reverse();
  });
  lacking(Object, "hasOwn", (owner, name) => Object.prototype.hasOwnProperty.call(owner, name));
  lacking(Object, "groupBy", (items, key) => {
    const groups = Object.create(null);
    let index = 0;
    for (const item of items) {
      const name = key(item, index);
      index += 1;
      (groups[name] ??= []).push(item);
    }
    return groups;
  });

  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;

  Number.prototype.toLocaleString = function toLocaleString(_locale, options = {}) {
    const { minimumFractionDigits: least = 0, maximumFractionDigits: most = Math.max(3, least), useGrouping = true } = options;
    if (!Number.isFinite(this.valueOf())) return String(this);
    let [whole, part = ""] = Math.abs(this.valueOf()).toFixed(most).split(".");
    while (part.length > least && part.endsWith("0")) part = part.slice(0, -1);
    if (useGrouping) whole = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return (this.valueOf() < 0 ? "-" : "") + whole + (part && `.${part}`);
  };
})();
