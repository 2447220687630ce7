import type { Options } from "./options";
import { MARK, readToHost, type ToFrame } from "./protocol";

const NARROW_PX = 480;

/** The button and the frame, in a shadow tree: neither side's styles reach the other. */
export class Bubble {
  private readonly root: ShadowRoot;
  private readonly button: HTMLButtonElement;
  private readonly panel: HTMLDivElement;
  private readonly dot: HTMLSpanElement;
  private frame: HTMLIFrameElement | null = null;
  private ready = false;
  private shown = false;
  private before: Element | null = null;
  private readonly waiting: ToFrame[] = [];

  constructor(private readonly options: Options) {
    const holder = document.createElement("div");
    holder.style.cssText = "all:initial";
    this.root = holder.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = css(options);
    this.panel = document.createElement("div");
    this.panel.className = "panel";
    this.panel.hidden = true;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.append(drawing());
    this.dot = document.createElement("span");
    this.dot.className = "dot";
    this.dot.hidden = true;
    this.button.append(this.dot);
    this.button.addEventListener("click", () => (this.shown ? this.close() : this.open()));
    this.root.append(style, this.panel, this.button);
    document.body.append(holder);
    this.tellState();
    window.addEventListener("message", (event) => this.hear(event));
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.shown && this.close());
    if (options.open) this.open();
  }

  open(): void {
    if (this.shown) return;
    this.before = this.root.activeElement ? this.button : document.activeElement;
    this.shown = true;
    this.dot.hidden = true;
    this.panel.hidden = false;
    this.load();
    this.tellState();
    this.tell({ type: "shown", open: true });
    this.frame?.focus();
    this.tell({ type: "focus" });
  }

  close(): void {
    if (!this.shown) return;
    this.shown = false;
    this.panel.hidden = true;
    this.tellState();
    this.tell({ type: "shown", open: false });
    // The focus goes back to where it was before; the button where that is gone.
    if (this.before instanceof HTMLElement && this.before.isConnected && this.before !== document.body) this.before.focus();
    else this.button.focus();
  }

  send(text: string): void {
    if (!text.trim()) return;
    this.load();
    this.tell({ type: "send", text });
  }

  private load(): void {
    if (this.frame) return;
    const { origin, token, title } = this.options;
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.allow = "microphone; clipboard-write";
    frame.src = `${origin}/embed/${token}#host=${encodeURIComponent(window.location.origin)}`;
    this.panel.append(frame);
    this.frame = frame;
  }

  private hear(event: MessageEvent): void {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.options.origin) return;
    const message = readToHost(event.data);
    if (message?.type === "close") this.close();
    if (message?.type === "unread") this.dot.hidden = this.shown || !message.unread;
    if (message?.type !== "ready") return;
    this.ready = true;
    this.post({ type: "hello", identity: this.options.identity, inputs: this.options.inputs });
    this.post({ type: "shown", open: this.shown });
    for (const one of this.waiting.splice(0)) this.post(one);
  }

  private tell(message: ToFrame): void {
    if (this.ready) this.post(message);
    else this.waiting.push(message);
  }

  private post(message: ToFrame): void {
    this.frame?.contentWindow?.postMessage({ mark: MARK, ...message }, this.options.origin);
  }

  private tellState(): void {
    this.button.setAttribute("aria-expanded", String(this.shown));
    this.button.setAttribute("aria-label", this.shown ? this.options.closeLabel : this.options.label);
    this.button.dataset.open = String(this.shown);
  }
}

function drawing(): SVGElement {
  const make = (name: string, attributes: Record<string, string>) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const svg = make("svg", { viewBox: "0 0 24 24", width: "26", height: "26", fill: "none", stroke: "currentColor", "stroke-width": "2" });
  svg.setAttribute("aria-hidden", "true");
  svg.append(
    make("path", { class: "talk", d: "M4 5h16v11H9l-5 4z", "stroke-linejoin": "round" }),
    make("path", { class: "cross", d: "M6 6l12 12M18 6L6 18", "stroke-linecap": "round" }),
  );
  return svg;
}

function css({ side, color, textColor, width, height }: Options): string {
  return `
:host{all:initial}
button{position:fixed;bottom:20px;${side}:20px;width:56px;height:56px;border:0;border-radius:50%;background:${color};color:${textColor};
display:grid;place-items:center;cursor:pointer;box-shadow:0 4px 16px rgb(0 0 0/25%);z-index:2147483000}
button:focus-visible{outline:3px solid ${color};outline-offset:3px}
button[data-open=true] .talk,button[data-open=false] .cross{display:none}
.dot{position:absolute;top:2px;right:2px;width:13px;height:13px;border-radius:50%;background:#d92d20;border:2px solid #fff}
[hidden]{display:none!important}
.panel{position:fixed;bottom:88px;${side}:20px;width:min(${width}px,calc(100vw - 40px));height:min(${height}px,calc(100dvh - 108px));
border-radius:16px;overflow:hidden;box-shadow:0 8px 40px rgb(0 0 0/30%);background:Canvas;z-index:2147483000}
iframe{border:0;width:100%;height:100%;display:block;color-scheme:light dark}
@media(max-width:${NARROW_PX}px){.panel{inset:0;width:100vw;height:100dvh;border-radius:0}button[data-open=true]{display:none}}
`;
}
