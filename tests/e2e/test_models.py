"""Adding a provider: a wrong key is told, the right one shows its models, and a chat uses one."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.site import Site, look
from tests.e2e.test_canvas import step
from tests.fakes.provider import FakeProvider
from tests.scenarios.flows import llm, node


def test_key_test_done_and_used(site: Site, provider: FakeProvider, page: Page) -> None:
    provider.api_key = "sk-right"
    provider.script("mock-large", "Answered by the large one.")
    page.goto("/settings/models?add=pick")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Search providers").fill("compatible")
    look(page, "add-provider")
    dialog.get_by_role("button", name=re.compile("^OpenAI-compatible")).click()
    dialog.get_by_label(re.compile("URL")).fill(provider.url)
    dialog.get_by_label(re.compile(r"^API key( \*)?$")).fill("sk-wrong")
    dialog.get_by_label(re.compile("^Name")).fill("Scripted")
    dialog.get_by_role("button", name="Test and go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Check that the key is complete")
    look(page, "add-provider-refused")
    dialog.get_by_label(re.compile(r"^API key( \*)?$")).fill("sk-right")
    dialog.get_by_role("button", name="Test and go on").click()
    expect(dialog.get_by_text(re.compile("It works: 3 models found"))).to_be_visible()
    look(page, "add-provider-models")
    dialog.get_by_role("checkbox", name=re.compile("mock-large")).check()
    dialog.get_by_role("button", name=re.compile("^Save with")).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Scripted").first).to_be_visible()
    look(page, "settings-models")

    app = site.import_app(
        "Chat",
        "advanced-chat",
        node("start", "start", variables=[]),
        llm("draft", "demo-chat", "{{#sys.query#}}"),
        node("answer", "answer", answer="{{#draft.text#}}"),
    )
    page.goto(f"/app/{app}/canvas")
    step(page, "Draft").dblclick()
    panel = page.get_by_role("complementary", name="Step settings")
    panel.get_by_role("button", name=re.compile("^Model")).first.click()
    page.get_by_role("textbox", name=re.compile("Search")).last.fill("large")
    page.get_by_role("option", name=re.compile("mock-large")).first.click()
    page.get_by_role("button", name="Test run", exact=True).click()
    page.get_by_role("textbox", name="Message", exact=True).fill("Which one are you?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text("Answered by the large one.")
    look(page, "chat")
    provider.api_key = ""
