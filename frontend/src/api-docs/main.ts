import "swagger-ui-dist/swagger-ui.css";
import "./page.css";
import { documentOf, placeOf, words } from "./document";

/** The reference of one app's API, at /api-docs/<workspace>/<app>: for members, with the app's own inputs, to be tried with a key. */
async function show(root: HTMLElement) {
  const place = placeOf(window.location.pathname);
  const found = place ? await documentOf(place) : { error: words.unknown };
  if ("signIn" in found) {
    window.location.replace(`/signin?next=${encodeURIComponent(window.location.pathname)}`);
    return;
  }
  if ("error" in found) {
    const told = document.createElement("p");
    told.setAttribute("role", "alert");
    told.textContent = found.error;
    root.replaceChildren(told);
    return;
  }
  document.title = `${found.spec.info.title} · API`;
  const { default: SwaggerUI } = await import("swagger-ui-dist/swagger-ui-es-bundle.js");
  SwaggerUI({
    spec: found.spec,
    domNode: root,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
  });
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const root = document.getElementById("root");
if (root) show(root).catch(() => root.replaceChildren(words.lost));
