"""Every screen for everybody: no serious fault that axe finds, nothing that hangs over the edge."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.site import Site, Visitors, look
from tests.e2e.test_canvas import step
from tests.processes import ROOT
from tests.scenarios.flows import llm, node

FRONTEND = ROOT / "frontend"
AXE = FRONTEND / "node_modules/axe-core/axe.min.js"
SCREENS = {
    "home": "/",
    "apps": "/apps",
    "new-app": "/apps/new",
    "new-blank": "/apps/new?tab=blank",
    "new-import": "/apps/new?tab=import",
    "canvas": "/app/{app}/canvas?node=draft&panel=run",
    "runs": "/app/{app}/runs",
    "run": "/app/{app}/runs/{run}",
    "compare-runs": "/app/{app}/runs/compare?a={run}&b={run}",
    "logs": "/app/{app}/logs",
    "annotations": "/app/{app}/annotations",
    "test-sets": "/app/{app}/evals",
    "overview": "/app/{app}/overview",
    "publish": "/app/{app}/publish",
    "agent": "/app/{agent}/canvas",
    "knowledge": "/knowledge",
    "new-knowledge": "/knowledge/new",
    "documents": "/knowledge/{dataset}/documents",
    "add-documents": "/knowledge/{dataset}/add",
    "document": "/knowledge/{dataset}/documents/{document}",
    "retrieval": "/knowledge/{dataset}/retrieval",
    "retrieval-sets": "/knowledge/{dataset}/retrieval?tab=sets",
    "dataset-settings": "/knowledge/{dataset}/settings",
    "models": "/settings/models",
    "members": "/settings/members",
    "tokens": "/settings/tokens",
    "account": "/settings/account",
    "appearance": "/settings/appearance",
    "about": "/settings/about",
}


@pytest.fixture(scope="module")
def places(site: Site, signed_in: dict[str, Any]) -> dict[str, str]:
    """An app with a run and a dataset with a document, for the screens that show one."""
    draft = llm("draft", "demo-chat", "Tell the news.")
    draft["data"]["model"]["provider"] = "demo"
    end = node("end", "end", outputs=[{"variable": "news", "value_selector": ["draft", "text"]}])
    app = site.import_app("Harbour news", "workflow", node("start", "start", variables=[]), draft, end)
    with site.client() as client:
        workspace = client.get("/api/me").json()["workspaces"][0]["id"]

        def post(path: str, body: dict[str, Any]) -> Any:
            answer = client.post(f"/api/workspaces/{workspace}{path}", json=body, headers=site.csrf(client))
            answer.raise_for_status()
            return answer.json()

        run = post(f"/apps/{app}/runs", {"inputs": {}})["id"]
        agent = post("/apps", {"name": "Pilot", "mode": "agent-chat"})["id"]
        dataset = post("/datasets", {"name": "Harbour rules 港口", "indexing_technique": "economy"})["id"]
        text = {"name": "Opening hours", "text": "# Office\n\nThe office opens at eight."}
        document = post(f"/datasets/{dataset}/documents", {"text": text})[0]["id"]
        return {"app": app, "agent": agent, "run": run, "dataset": dataset, "document": document}


def faults_of(page: Page, *, only: str | None = None) -> list[str]:
    """What axe finds serious on a page whose context may run its script; by one rule where `only` names it."""
    page.evaluate(AXE.read_text())
    options = {"resultTypes": ["violations"]} | ({"runOnly": [only]} if only else {})
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{fault['id']}: {fault['help']} at {[one['target'] for one in fault['nodes'][:3]]}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("main").or_(page.get_by_role("heading")).first).to_be_visible()


# Words that are cut without «…» and without a way to see the rest.
_CUT = """() => [...document.querySelectorAll('button, a, [role=tab], label, h1, h2, th')].filter((part) => {
  const words = [part, ...part.querySelectorAll('*')].filter((one) => [...one.childNodes].some((child) => child.data?.trim()));
  return words.some((one) => one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).overflowX !== 'visible' && getComputedStyle(one).textOverflow !== 'ellipsis');
}).map((part) => part.textContent)"""


def _longer(text: str) -> str:
    """Lengthen a text by two fifths, as translations do; what is filled in stays as it is."""
    words = re.sub(r"\{\{[^}]*\}\}|<[^>]+>", "", text)
    return f"{text} {''.join(itertools.islice(itertools.cycle('längér wörds '), round(len(words) * 0.4)))}".rstrip()


def _with_longer_texts(page: Page) -> None:
    """Hand out English texts that are longer than they are."""
    parts = json.loads((FRONTEND / "dist/.vite/manifest.json").read_text())
    sources = {f"/{part['file']}": FRONTEND / name for name, part in parts.items() if re.fullmatch(r"src/.*/en/[\w-]+\.json", name)}
    assert sources, "the texts are not files of their own"

    def answer(route: Route) -> None:
        source = sources["/" + route.request.url.split("/", 3)[3]]
        texts = {key: _longer(text) for key, text in json.loads(source.read_text()).items()}
        route.fulfill(content_type="text/javascript", body=f"export default {json.dumps(texts)}")

    page.route(re.compile("|".join(f"{re.escape(name)}$" for name in sources)), answer)


@pytest.mark.parametrize(
    ("dark", "width", "height", "longer"), [(False, 1280, 800, True), (True, 1920, 1080, False)], ids=["longer-light-1280", "dark-1920"]
)
def test_no_serious_fault_and_nothing_over_the_edge(
    visitors: Visitors, newcomers: Visitors, places: dict[str, str], dark: bool, width: int, height: int, longer: bool
) -> None:
    faults: list[str] = []
    page = visitors.page(width=width, height=height, dark=dark, bypass_csp=True)
    stranger = newcomers.page(signed_in=False, width=width, height=height, dark=dark, bypass_csp=True)
    if longer:
        _with_longer_texts(page)
        _with_longer_texts(stranger)
    for name, path in {**SCREENS, "sign-in": "/signin"}.items():
        here = stranger if name == "sign-in" else page
        here.goto(path.format(**places))
        _settle(here)
        look(here, f"{name}-{width}")
        # The other theme finds what has nothing to do with colours; half the rules are half the time.
        found = faults_of(here, only="color-contrast" if longer else None)
        faults += [f"{name}: {fault}" for fault in found]
        wide = here.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{name}: {wide} pixels wide")
        faults += [f"{name}: cut off: {words}" for words in here.evaluate(_CUT)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_docks_lie_beside_the_canvas(visitors: Visitors, places: dict[str, str], width: int, height: int) -> None:
    page = visitors.page(width=width, height=height)
    page.goto(SCREENS["canvas"].format(**places))
    expect(page.get_by_role("button", name="Publish", exact=True).first).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("button", name="More about publishing")).to_be_in_viewport(ratio=0.99)
    canvas = page.get_by_role("application", name="Flow canvas").bounding_box()
    panel = page.get_by_role("complementary", name="Step settings").bounding_box()
    dock = page.get_by_role("region", name="Test run", exact=True).bounding_box()
    assert canvas
    assert panel
    assert dock
    assert canvas["x"] + canvas["width"] <= panel["x"] + 1, "the panel lies over the canvas"
    assert canvas["y"] + canvas["height"] <= dock["y"] + 1, "the run dock lies over the canvas"
    assert dock["x"] + dock["width"] <= panel["x"] + 1, "the run dock lies under the panel"
    expect(step(page, "Start")).to_be_in_viewport()
