"""Knowledge as its keeper tests it: a question with marked passages, two settings side by side, a measure, a mended piece."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.processes import ROOT, wait_until

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
HANDBOOK = """# 🌊 Handbook

The gates have two leaves of oak. Grease the hinges every month.

Visitors may come from ten to four, on Sundays from noon.

The wheel turns when the sluice is raised. Visitors keep away from it."""
CHINESE = "闸门由两扇橡木门组成。\n\n游客可以在十点到四点之间参观。"
RULE = {
    "mode": "custom",
    "rules": {"pre_processing_rules": [], "segmentation": {"separator": "\\n\\n", "max_tokens": 60, "chunk_overlap": 0}},
}


def _dataset(site: Site) -> tuple[str, str]:
    """Make a dataset of two texts, indexed by words; returns its address and that of the English text."""
    with site.client() as client:
        headers = site.csrf(client)
        base = f"/api/workspaces/{client.get('/api/me').json()['workspaces'][0]['id']}/datasets"
        made = {"name": f"Mill {time.monotonic_ns()}", "indexing_technique": "economy", "doc_form": "text_model"}
        dataset = client.post(base, json=made, headers=headers).json()["id"]
        texts = {"Handbook": HANDBOOK, "手册": CHINESE}
        bodies = [{"text": {"name": name, "text": text}, "process_rule": RULE} for name, text in texts.items()]
        added = [client.post(f"{base}/{dataset}/documents", json=body, headers=headers).json()[0]["id"] for body in bodies]

        def indexed() -> bool:
            return client.get(f"{base}/{dataset}").json()["available"] == len(texts)

        wait_until(indexed, "the documents")
    return f"/knowledge/{dataset}", f"/knowledge/{dataset}/documents/{added[0]}"


def _no_faults(page: Page) -> None:
    page.mouse.move(1, 1)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_settings_are_tried_compared_measured_and_a_piece_is_mended(visitors: Visitors, site: Site) -> None:
    dataset, document = _dataset(site)
    page = visitors.page(bypass_csp=True)
    page.goto(f"{dataset}/retrieval?query=When+do+visitors+come%3F")
    found = page.get_by_role("region", name="Found", exact=True).get_by_role("listitem")
    expect(found).to_have_count(2)
    expect(found.first.locator("mark")).to_have_text(["Visitors", "come"])
    look(page, "retrieval")
    _no_faults(page)

    found.first.get_by_role("button", name="This is right").click()
    expect(found.first.get_by_role("button", name="Right", exact=True)).to_be_visible()
    page.get_by_role("button", name="Compare two").click()
    page.get_by_label("Pieces to find").fill("1")
    page.get_by_role("button", name="Search", exact=True).click()
    first, second = (page.get_by_role("region", name=f"Found by {name}") for name in "AB")
    expect(second.get_by_role("listitem")).to_have_count(1)
    expect(first.get_by_text("only here")).to_have_count(1)
    _no_faults(page)

    page.get_by_role("tab", name="Test sets").click()
    page.get_by_role("button", name="Measure").click()
    history = page.get_by_role("table", name="Measurements, the newest first")
    expect(history.get_by_role("row").filter(has_text="1 question, first 5")).to_have_count(2)
    expect(history.get_by_role("cell", name="1.000")).to_have_count(6)
    history.get_by_role("button", name="Question by question").first.click()
    expect(history.get_by_role("table")).to_contain_text("Handbook, piece #2")
    look(page, "retrieval-measured")
    _no_faults(page)

    dark = visitors.page(bypass_csp=True, dark=True)
    dark.goto(document)
    pieces = dark.get_by_role("region", name=re.compile("pieces$")).get_by_role("listitem")
    expect(pieces).to_have_count(3)
    dark.get_by_role("button", name="Show piece 2 in the original").click()
    expect(dark.locator("[data-pieces][data-chosen]")).to_have_text("Visitors may come from ten to four, on Sundays from noon.")
    dark.get_by_role("button", name="Edit piece 3").click()
    dark.get_by_label("Text", exact=True).fill("The bearings are of lignum vitae.")
    dark.get_by_role("button", name="Save").click()
    expect(pieces.nth(2)).to_contain_text("edited")
    expect(dark.get_by_text("Being indexed")).to_have_count(0)
    look(dark, "document-dark")
    _no_faults(dark)
    dark.goto(f"{dataset}/retrieval?query=lignum")
    expect(dark.get_by_role("region", name="Found", exact=True).locator("mark")).to_have_text("lignum")
    _no_faults(dark)
