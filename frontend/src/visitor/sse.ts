/** Reads server-sent events (WHATWG HTML 9.2) from a fetched body. */

export interface SseFrame {
  /** The event's id; empty where it has none. */
  id: string;
  data: string;
}

/** Cuts a growing text into frames; `feed` returns those that are complete. */
export class SseParser {
  private rest = "";
  private id = "";
  private data: string[] = [];

  feed(chunk: string): SseFrame[] {
    const frames: SseFrame[] = [];
    const lines = (this.rest + chunk).split(/\r?\n/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (this.data.length > 0) frames.push({ id: this.id, data: this.data.join("\n") });
        this.data = [];
        this.id = "";
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") this.data.push(value);
      else if (field === "id") this.id = value;
    }
    return frames;
  }
}

/** Calls `onFrame` for each frame until the body ends. Rejects when the connection breaks or nothing comes for `silenceMs`. */
export async function readSse(response: Response, onFrame: (frame: SseFrame) => void, silenceMs = 25_000): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const parser = new SseParser();
  const decoder = new TextDecoder();
  for (;;) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TypeError("silence")), silenceMs);
    });
    try {
      const { done, value } = await Promise.race([reader.read(), silence]);
      if (done) return;
      for (const frame of parser.feed(decoder.decode(value, { stream: true }))) onFrame(frame);
    } catch (error) {
      void reader.cancel().catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
