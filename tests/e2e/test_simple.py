"""Apps without a drawing: made, set, tried, published, and called by a program."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.processes import ROOT

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
SAVED = re.compile("^(Saved|已保存)$")


def _make(page: Page, kind: str) -> str:
    page.goto("/apps/new?tab=blank")
    page.get_by_role("radio", name=kind, exact=True).check()
    page.get_by_role("button", name="Create and open").click()
    page.wait_for_url("**/canvas**")
    expect(page.get_by_role("region", name="Settings of the app")).to_be_visible()
    return page.url.split("/app/")[1].split("/")[0]


def _no_faults(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_a_chat_is_set_tried_and_published(visitors: Visitors) -> None:
    page = visitors.page(bypass_csp=True)
    app = _make(page, "Chat")
    settings = page.get_by_role("region", name="Settings of the app")
    settings.get_by_label("Instructions for the model").fill("You know {{place}} well.")
    settings.get_by_role("button", name="Add an input").click()
    row = settings.get_by_role("group", name="Input 1")
    row.get_by_label("Name").fill("place")
    row.get_by_label("Label").fill("Place")
    row.get_by_label("Must be filled in").check()
    settings.get_by_label("Opening message").fill("Welcome to {{place}}!")
    settings.get_by_label("Avoid sensitive words").check()
    settings.get_by_label("Words to avoid").fill("sandbank")
    settings.get_by_label("Look for them in questions and inputs").check()
    settings.get_by_label("Say this instead of asking the model").fill("Not that.")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    look(page, "simple-chat")
    _no_faults(page)

    trial = page.get_by_role("region", name="Try it")
    trial.get_by_label("Place").fill("Lea")
    log = trial.get_by_role("log")
    expect(log).to_contain_text("Welcome to Lea!")
    trial.get_by_role("textbox", name="Message", exact=True).fill("Where is the sandbank?")
    trial.get_by_role("button", name="Send").click()
    expect(log).to_contain_text("Not that.")
    trial.get_by_role("textbox", name="Message", exact=True).fill("When is high tide?")
    trial.get_by_role("button", name="Send").click()
    expect(log.get_by_role("link", name="See the run")).to_have_count(2)
    look(page, "simple-chat-tried")
    _no_faults(page)
    log.get_by_role("link", name="See the run").last.click()
    expect(page.get_by_text("Succeeded").first).to_be_visible()
    look(page, "simple-run")

    page.goto(f"/app/{app}/canvas")
    expect(page.get_by_label("Instructions for the model")).to_have_value("You know {{place}} well.")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto(f"/app/{app}/publish")
    expect(page.get_by_role("region", name="cURL")).to_contain_text("/chat-messages")
    look(page, "simple-publish")


def test_a_text_generation_runs_once_and_answers_a_program(visitors: Visitors, site: Site) -> None:
    page = visitors.page(bypass_csp=True)
    app = _make(page, "Text generation")
    trial = page.get_by_role("region", name="Try it")
    trial.get_by_role("button", name="Run").click()
    expect(trial.get_by_text(re.compile("Text"))).not_to_have_count(0)
    trial.get_by_label("Text").fill("The tide comes in twice a day.")
    trial.get_by_role("button", name="Run").click()
    expect(trial.get_by_role("link", name="See the run")).to_be_visible()
    expect(trial.get_by_role("region", name="Answer")).not_to_contain_text("The answer will stand here.")
    look(page, "simple-completion")
    _no_faults(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    with site.client() as client:
        workspace = client.get("/api/me").json()["workspaces"][0]["id"]
        made = client.post(f"/api/workspaces/{workspace}/apps/{app}/keys", json={"name": "e2e"}, headers=site.csrf(client)).json()
    body = {"inputs": {"text": "Long story."}, "user": "ann", "response_mode": "blocking"}
    reply = httpx.post(f"{site.url}/v1/completion-messages", json=body, headers={"Authorization": f"Bearer {made['key']}"}, timeout=30)
    assert (reply.status_code, reply.json()["mode"]) == (200, "completion")


@pytest.mark.parametrize("width", [360, 1280])
def test_an_agent_on_any_screen(visitors: Visitors, width: int) -> None:
    page = visitors.page(width=width, dark=True, bypass_csp=True)
    _make(page, "Agent")
    expect(page.get_by_label("Instructions for the model")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    look(page, f"simple-agent-{width}")
    _no_faults(page)
