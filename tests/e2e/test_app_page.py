"""The page of an app as its visitors meet it: on a phone, with a bad connection, and in another site's frame."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.fakes.provider import FakeProvider
from tests.processes import ROOT, free_port

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
SLOW = "mock?words=60&delay_ms=100"


def _node(node_id: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"id": node_id, "type": "custom", "position": {}, "data": {"title": node_id, **data, "type": kind}}


@pytest.fixture(scope="module")
def guide(with_provider: Site, provider_server: FakeProvider) -> dict[str, str]:
    """The page of a published chatflow with a form, whose model takes its time: its token, and where it is set. Everybody may come."""
    site = with_provider
    argv = ["add_provider", "openai-compatible", "--workspace", "Harbour", "--name", "slow", "--no-test", "--api-key", "sk-test"]
    site.manage(*argv, "--base-url", provider_server.url, "--model", f"{SLOW}:llm")
    boat = {"variable": "boat", "label": "Your boat", "type": "text-input", "required": True, "max_length": 20}
    model = {"provider": "openai-compatible", "name": SLOW, "mode": "chat", "completion_params": {}}
    prompt = [{"role": "system", "text": "Welcome {{#start.boat#}}."}, {"role": "user", "text": "{{#sys.query#}}"}]
    app = site.import_app(
        "Harbour guide",
        "advanced-chat",
        _node("start", "start", variables=[boat]),
        _node(
            "model", "llm", title="Tide tables", model=model, prompt_template=prompt, context={"enabled": False}, vision={"enabled": False}
        ),
        _node("answer", "answer", answer="{{#model.text#}}"),
    )
    with site.client() as client:
        workspace = client.get("/api/me").json()["workspaces"][0]["id"]
        url = f"/api/workspaces/{workspace}/apps/{app}"
        client.post(f"{url}/versions", json={"name": "", "note": ""}, headers=site.csrf(client)).raise_for_status()
        answer = client.patch(f"{url}/site", json={"access": "public"}, headers=site.csrf(client))
        answer.raise_for_status()
        return {"token": answer.json()["token"], "site": f"{url}/site"}


def _no_faults(page: Page | Frame) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_a_conversation_on_a_phone(visitors: Visitors, guide: dict[str, str]) -> None:
    page = visitors.page(signed_in=False, width=360, height=640, bypass_csp=True)
    visitors.errors.allow("ERR_INTERNET_DISCONNECTED")
    page.goto(f"/chat/{guide['token']}")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Please fill in Your boat.")).to_be_visible()
    page.get_by_label("Your boat").fill("Lea")
    page.get_by_role("button", name="Start").click()
    box = page.get_by_role("textbox", name="Message")
    expect(box).to_be_focused()

    # Enter that ends a composition sends nothing.
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "潮汐", "selectionStart": 2, "selectionEnd": 2})
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    session.send("Input.insertText", {"text": "潮汐"})
    expect(box).to_have_value("潮汐")
    expect(page.get_by_role("article")).to_have_count(0)
    box.fill("When is high tide?")
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text("word5")
    look(page, "app-page-streaming")

    # A reload in mid-answer, and a connection that breaks, lose nothing.
    page.reload()
    expect(log).to_contain_text("word10")
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.context.set_offline(False)
    expect(log).to_contain_text("word59", timeout=15_000)
    answer = page.get_by_role("article").inner_text()
    assert re.findall(r"word\d+", answer) == [f"word{number}" for number in range(60)]
    page.get_by_text("3 steps").click()
    expect(page.get_by_role("article").get_by_role("listitem").nth(1)).to_contain_text("Tide tables")
    _no_faults(page)

    page.get_by_role("button", name="Bad answer").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Not for my boat")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    box.fill("And low tide?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    _tidy_up(page)


def _tidy_up(page: Page) -> None:
    """Rename, pin and delete the conversation."""
    page.get_by_role("button", name="Show conversations").click()
    page.get_by_role("button", name="More about").click()
    page.get_by_role("dialog").last.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("Tides")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="More about “Tides”").click()
    page.get_by_role("button", name="Pin", exact=True).click()
    _no_faults(page)
    look(page, "app-page-list")
    page.get_by_role("button", name="More about “Tides”").click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.get_by_role("dialog").last.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog", name="Delete “Tides”?").get_by_role("button", name="Delete").click()
    # A new conversation begins with what was filled in last time.
    expect(page.get_by_label("Your boat")).to_have_value("Lea")
    page.get_by_role("button", name="Show conversations").click()
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()


@pytest.fixture
def host_site(tmp_path: Path) -> Iterator[str]:
    """Another site, with the example page on it."""
    port = free_port()
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(quiet, directory=str(ROOT / "docs/examples")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{port}"
    server.shutdown()


def test_the_page_in_another_site(visitors: Visitors, site: Site, guide: dict[str, str], host_site: str) -> None:
    with site.client() as client:
        answer = client.patch(guide["site"], json={"origins": [host_site]}, headers=site.csrf(client))
        answer.raise_for_status()
    page = visitors.page(signed_in=False, dark=True, bypass_csp=True)
    visitors.errors.allow("404")  # the other site has no favicon
    page.goto(f"{host_site}/embed-demo.html?host={site.url}&token={guide['token']}&inputBoat=Lea")
    bubble = page.locator("body > div").get_by_role("button")
    expect(bubble).to_have_attribute("aria-label", "Open the chat")
    assert page.evaluate("Object.keys(window).filter((name) => /tidemill/i.test(name))") == ["Tidemill"]
    bubble.focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    box = frame.get_by_role("textbox", name="Message")
    expect(box).to_be_focused()
    page.keyboard.type("Hello")
    expect(box).to_have_value("Hello")
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(bubble).to_be_focused()

    page.get_by_role("button", name="Ask for the tide").click()
    expect(frame.get_by_role("log")).to_contain_text("word3")
    look(page, "app-page-embedded")
    page.evaluate("Tidemill.close()")
    expect(page.locator(".dot")).to_be_visible(timeout=15_000)
    bubble.click()
    expect(page.locator(".dot")).to_be_hidden()
    _no_faults(page.frames[1])
