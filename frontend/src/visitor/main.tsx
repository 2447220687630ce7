import { createRoot } from "react-dom/client";
import { VisitorPage } from "./visitor-page";
import "./visitor.module.css";

const [, kind = "", token = ""] = window.location.pathname.split("/");
const root = document.getElementById("root");
if (root) createRoot(root).render(<VisitorPage pageToken={decodeURIComponent(token)} embedded={kind === "embed"} />);
