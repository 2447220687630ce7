"""Two people at one draft: nobody's text is lost without a word."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.e2e.test_canvas import step
from tests.scenarios.flows import llm, node


def _prompt(page: Page) -> Locator:
    step(page, "Draft").dblclick()
    return page.get_by_role("complementary", name="Step settings").get_by_role("textbox", name="Message 1, User")


def _type(page: Page, prompt: Locator, text: str) -> None:
    prompt.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_neither_draft_is_lost(site: Site, visitors: Visitors) -> None:
    app = site.import_app(
        "Shared", "workflow", node("start", "start", variables=[]), llm("draft", "demo-chat", "Base."), node("end", "end", outputs=[])
    )
    visitors.errors.allow("ERR_INTERNET_DISCONNECTED")
    first, second = visitors.page(), visitors.page()
    prompts = []
    for page in (first, second):
        page.goto(f"/app/{app}/canvas")
        prompts.append(_prompt(page))
        expect(prompts[-1]).to_contain_text("Base.")
    # The second is cut off from the server while the first saves, as on a train.
    second.context.set_offline(True)
    _type(second, prompts[1], " From the train.")
    _type(first, prompts[0], " From the office.")
    expect(first.get_by_role("status").filter(has_text=re.compile(r"^Saved \d"))).to_be_visible()
    first.wait_for_timeout(1500)
    second.context.set_offline(False)
    bar = second.get_by_role("alert").filter(has_text="saved")
    expect(bar).to_be_visible()
    look(second, "conflict")
    expect(prompts[1]).to_contain_text("From the train.")
    second.get_by_role("button", name="Look at the other draft").click()
    expect(second.get_by_text("The draft that somebody else saved")).to_be_visible()
    second.get_by_role("button", name="Back to mine").click()
    second.get_by_role("button", name="Keep mine as the new draft").click()
    expect(bar).to_be_hidden()
    second.reload()
    step(second, "Draft").dblclick()
    expect(second.get_by_role("textbox", name="Message 1, User")).to_contain_text("Base. From the train.")
