import { createRoot } from "react-dom/client";
import { chooseLanguage, loadTexts } from "./texts";
import { VisitorPage } from "./visitor-page";
import "./visitor.module.css";

const [, kind = "", token = ""] = window.location.pathname.split("/");
// Fetched while the visit is being opened; whoever needs them finds them there.
void loadTexts(chooseLanguage(navigator.languages ?? [], undefined));
if (kind === "workflow" || kind === "completion") void import("./run/run-page");

const root = document.getElementById("root");
if (root) createRoot(root).render(<VisitorPage pageToken={decodeURIComponent(token)} embedded={kind === "embed"} />);
