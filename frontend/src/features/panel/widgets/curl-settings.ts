/** The settings of an HTTP node out of a cURL command. Pure. */
import { type Json, record } from "../form/field-schema";
import type { CurlRequest } from "./curl-command";
import { writeAuthorization } from "./http-authorization";
import { newLine, writeLines } from "./http-lines";

/** The changed settings. A key that stands in the command goes to the authorization, where it can be made a secret. */
export function withRequest(data: Json, request: CurlRequest): Json {
  const [url, query] = cut(request.url);
  const auth = request.headers.find(([name]) => name.toLowerCase() === "authorization");
  const headers = request.headers.filter((header) => header !== auth);
  return {
    method: request.method,
    url,
    params: writeLines(query.map(([key, value]) => newLine(key, value))),
    headers: writeLines(headers.map(([key, value]) => newLine(key, value))),
    authorization: authorization(data, auth?.[1] ?? "", request.user),
    body: bodyOf(data, request),
    ssl_verify: !request.insecure,
  };
}

/** The query goes to the parameters; one that could not be written back the same stays in the address. */
function cut(address: string): [string, [string, string][]] {
  const mark = address.indexOf("?");
  if (mark < 0 || address.includes("#")) return [address, []];
  const pairs = address.slice(mark + 1).split("&");
  try {
    const rows = pairs.filter(Boolean).map((pair): [string, string] => {
      const equals = pair.indexOf("=");
      const plain = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
      return [plain(equals < 0 ? pair : pair.slice(0, equals)), equals < 0 ? "" : plain(pair.slice(equals + 1))];
    });
    const simple = rows.every(([key, value]) => key !== "" && !/[:\r\n]/.test(key) && value === value.trim() && !/[\r\n]/.test(value));
    return simple ? [address.slice(0, mark), rows] : [address, []];
  } catch {
    return [address, []];
  }
}

function authorization(data: Json, header: string, user: string): Json {
  const kept = data.authorization;
  if (user) return writeAuthorization(kept, { kind: "basic", key: user, header: "" });
  const bearer = /^bearer\s+(.+)$/i.exec(header)?.[1];
  if (bearer) return writeAuthorization(kept, { kind: "bearer", key: bearer, header: "" });
  const basic = /^basic\s+(.+)$/i.exec(header)?.[1];
  if (basic) return writeAuthorization(kept, { kind: "basic", key: basic, header: "" });
  if (header) return writeAuthorization(kept, { kind: "custom", key: header, header: "Authorization" });
  return writeAuthorization(kept, { kind: "no-auth", key: "", header: "" });
}

function bodyOf(data: Json, { body }: CurlRequest): Json {
  const kept = record(data.body);
  if (body.type === "none") return { ...kept, type: "none", data: [] };
  if (body.type === "json" || body.type === "raw-text")
    return { ...kept, type: body.type, data: [{ key: "", type: "text", value: body.text }] };
  if (body.type === "form-data")
    return {
      ...kept,
      type: body.type,
      data: body.rows.map(({ key, value, file }) => ({ key, type: file ? "file" : "text", value, ...(file ? { file: [] } : {}) })),
    };
  return { ...kept, type: body.type, data: body.rows.map(([key, value]) => ({ key, type: "text", value })) };
}
