"""What a published app was asked and how it did: logs, corrections, numbers; and the settings of its own page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.processes import ROOT

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
ASKED = (("ann", "When is high tide?"), ("ann", "Where is the lighthouse?"), ("bob", "How deep is the inner basin?"))


def _no_faults(page: Page) -> None:
    """Check the page; of the dark theme its contrasts, the rest being the same."""
    page.evaluate(AXE.read_text())
    for scheme, rules in (("dark", "runOnly: ['color-contrast']"), ("light", "resultTypes: ['violations']")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        # What is on its way from one colour to the other has contrasts of its own.
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))")
        found = page.evaluate(f"axe.run(document, {{{rules}}})")
        assert [(scheme, one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def _asked_app(site: Site) -> str:
    """Publish a guide that answers without a model, ask it, and dislike one answer."""
    start = {"id": "start", "type": "custom", "data": {"type": "start", "title": "Start", "variables": []}}
    answer = {"id": "answer", "type": "custom", "data": {"type": "answer", "title": "Answer", "answer": "You asked: {{#sys.query#}}"}}
    app = site.import_app("Harbour guide", "advanced-chat", start, answer)
    with site.client() as client:
        workspace = client.get("/api/me").json()["workspaces"][0]["id"]
        path = f"/api/workspaces/{workspace}/apps/{app}"
        client.post(f"{path}/versions", json={}, headers=site.csrf(client)).raise_for_status()
        key = client.post(f"{path}/keys", json={"name": "e2e"}, headers=site.csrf(client)).json()["key"]
    with httpx.Client(base_url=f"{site.url}/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30) as program:

        def post(route: str, **body: Any) -> dict[str, Any]:
            answered = program.post(route, json=body)
            answered.raise_for_status()
            found: dict[str, Any] = answered.json()
            return found

        told = [post("/chat-messages", inputs={}, query=query, user=user, response_mode="blocking") for user, query in ASKED]
        post(f"/messages/{told[1]['message_id']}/feedbacks", rating="dislike", content="Wrong place", user="ann")
    return app


def test_answers_are_found_corrected_and_counted(visitors: Visitors, site: Site, tmp_path: Path) -> None:
    app = _asked_app(site)
    page = visitors.page(bypass_csp=True)
    page.goto(f"/app/{app}/logs")
    rows = page.get_by_role("table", name="Logs").get_by_role("row")
    expect(rows).to_have_count(1 + len(ASKED))
    look(page, "logs")
    _no_faults(page)
    page.get_by_label("Rating").select_option("dislike")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile("rating=dislike"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name="CSV").click()
    download.value.save_as(tmp_path / "log.csv")
    text = (tmp_path / "log.csv").read_text("utf-8-sig")
    assert ("Where is the lighthouse?" in text, "inner basin" in text) == (True, False)
    page.get_by_label("Rating").select_option("")
    page.get_by_role("textbox", name="Search in questions and answers").fill("LIGHTHOUSE")
    expect(rows).to_have_count(2)
    expect(rows.last.locator("mark")).not_to_have_count(0)

    rows.last.get_by_role("link").click()
    said = page.get_by_role("region", name="What was said")
    expect(said).to_contain_text("You asked: Where is the lighthouse?")
    expect(said).to_contain_text("The asker: Wrong place")
    said.get_by_role("button", name="Correct the answer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What should have been answered").fill("At the end of the **pier**.")
    dialog.get_by_role("button", name="Save").click()
    expect(said.get_by_role("region", name="Corrected answer")).to_contain_text("At the end of the pier.")
    said.get_by_role("button", name="Keep as test case").click()
    dialog.get_by_label("Name of the test set").fill("Regression")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    expect(said.get_by_role("button", name="Kept in «Regression»")).to_be_visible()
    look(page, "conversation")
    _no_faults(page)

    page.goto(f"/app/{app}/annotations")
    expect(page.get_by_role("table", name="Annotations")).to_contain_text("At the end of the **pier**.")
    page.get_by_role("button", name="Settings and trial").click()
    _no_faults(page)
    page.goto(f"/app/{app}/overview")
    expect(page.get_by_role("region", name="Runs", exact=True)).to_contain_text(str(len(ASKED)))
    page.get_by_role("button", name="Runs as a table", exact=True).click()
    page.get_by_role("region", name="Runs, as a table").get_by_role("link").last.click()
    expect(rows).to_have_count(1 + len(ASKED))
    page.go_back()
    expect(page.locator(".recharts-surface")).not_to_have_count(0)
    look(page, "overview")
    _no_faults(page)


def test_the_page_of_an_app_is_set(visitors: Visitors, site: Site) -> None:
    start = {"id": "start", "type": "custom", "data": {"type": "start", "title": "Start", "variables": []}}
    app = site.import_app("Pilot", "workflow", start)
    visitors.errors.allow(r"status of 400\b")
    page = visitors.page(bypass_csp=True)
    page.goto(f"/app/{app}/publish")
    web = page.get_by_role("region", name="Web app")
    web.get_by_label("Title").fill("Ask the pilot")
    web.get_by_label("Disclaimer").fill("Answers may be wrong.")
    web.get_by_role("button", name="Save", exact=True).click()
    expect(web.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    web.get_by_role("radio", name="Everybody").check()
    embed = page.get_by_role("region", name="Embed")
    expect(embed.get_by_text("Only members of the workspace")).to_be_hidden()
    embed.get_by_label("Sites that may show it").fill("not a site")
    embed.get_by_role("button", name="Save the sites").click()
    expect(embed.get_by_text("Give the site's origin")).to_be_visible()
    embed.get_by_label("Sites that may show it").fill("https://www.example.com/")
    embed.get_by_role("button", name="Save the sites").click()
    expect(embed.get_by_label("Sites that may show it")).to_have_value("https://www.example.com")
    limits = page.get_by_role("region", name="Limits")
    limits.get_by_label("Runs a minute").fill("30")
    limits.get_by_role("button", name="Save").click()
    expect(limits.get_by_role("button", name="Save")).to_be_disabled()
    page.reload()
    expect(web.get_by_label("Title")).to_have_value("Ask the pilot")
    expect(web.get_by_role("radio", name="Everybody")).to_be_checked()
    expect(limits.get_by_label("Runs a minute")).to_have_value("30")
    look(page, "publish-page")
    _no_faults(page)
    web.get_by_role("button", name="Show as a QR code").click()
    expect(page.get_by_role("img", name=re.compile("QR code of"))).to_be_visible()
