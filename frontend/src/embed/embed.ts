/** The script for other sites: a button, and the app's page in a frame that loads when it is first opened.
 *
 * <script src="https://host/embed.js" data-token="…" async></script>
 */
import { Bubble } from "./bubble";
import { optionsOf } from "./options";

interface Api {
  open(): void;
  close(): void;
  send(text: string): void;
}

declare global {
  interface Window {
    Tidemill?: Api;
  }
}

const script = document.currentScript;

function start(): void {
  if (!(script instanceof HTMLScriptElement) || window.Tidemill) return;
  const options = optionsOf(script.src, script.dataset);
  if (!options) return;
  const bubble = new Bubble(options);
  window.Tidemill = {
    open: () => bubble.open(),
    close: () => bubble.close(),
    send: (text) => bubble.send(String(text)),
  };
}

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start, { once: true });
