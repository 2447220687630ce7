"""Running a part of a flow: a code step alone, its broken line, and a failed run taken up where it failed."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.e2e.test_canvas import saved, step
from tests.fakes.provider import FakeProvider, Reply
from tests.scenarios.flows import llm, node

GOOD = 'def main(text):\n    return {"count": len(text)}\n'
BROKEN = 'def main(text):\n    print("looking at", text)\n    return {"count": text + 1}\n'


def _app(site: Site) -> str:
    return site.import_app(
        "Counting",
        "workflow",
        node("start", "start", variables=[]),
        llm("draft", "mock", "Say something."),
        node(
            "count",
            "code",
            variables=[{"variable": "text", "value_selector": ["draft", "text"]}],
            code_language="python3",
            code=GOOD,
            outputs={"count": {"type": "number", "children": None}},
        ),
        node("end", "end", outputs=[{"variable": "count", "value_selector": ["count", "count"]}]),
    )


def _open(page: Page, title: str) -> None:
    """Open a step's settings once the canvas stands still."""
    expect(step(page, title)).to_be_visible()
    step(page, title).click(position={"x": 60, "y": 16})
    page.keyboard.press("Enter")
    expect(_panel(page)).to_be_visible()


def _run(page: Page) -> None:
    """Run the whole flow. The first press may only open the dock, so the second waits until that is certain."""
    page.get_by_role("button", name="Test run", exact=True).click()
    page.wait_for_timeout(500)
    if page.get_by_text("Nothing has run yet. Fill in").count():
        page.get_by_role("button", name="Run", exact=True).click()


def _panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Step settings")


def _write(page: Page, code: str) -> None:
    """Replace the program as a person would: select all, paste."""
    editor = _panel(page).get_by_role("textbox", name="Code", exact=True)
    editor.click()
    page.keyboard.press("Control+a")
    page.evaluate("text => navigator.clipboard.writeText(text)", code)
    page.keyboard.press("Control+v")
    saved(page)


def test_a_code_step_is_run_alone_broken_mended_and_the_run_goes_on(with_provider: Site, provider: FakeProvider, page: Page) -> None:
    provider.script("mock", Reply(text="High water"))
    page.goto(f"/app/{_app(with_provider)}/canvas")
    _open(page, "Count")
    _run(page)
    expect(step(page, "End")).to_have_accessible_name(re.compile("succeeded"))
    asked = len(provider.requests)

    _panel(page).get_by_role("button", name="Run this node").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("textbox", name="Draft · text")
    expect(field).to_have_value("High water")
    look(page, "parts-form")
    field.fill("abc")
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("note", name="What is kept of the earlier run")).to_contain_text("A single node.")
    expect(page.get_by_role("list", name="Steps")).to_contain_text("Count")
    expect(page.get_by_role("region", name="Details of Count")).to_contain_text("3")
    assert len(provider.requests) == asked, "a step run alone must not ask the model again"

    _write(page, BROKEN)
    page.get_by_role("button", name="Test run", exact=True).click()
    expect(step(page, "Count")).to_have_accessible_name(re.compile("failed"))
    marked = _panel(page).locator("[data-marked=error]")
    expect(marked).to_contain_text("text + 1")
    expect(_panel(page).get_by_text(re.compile("^Last run: .*line 3"))).to_be_visible()
    look(page, "parts-failed")
    asked = len(provider.requests)

    _write(page, GOOD)
    expect(marked).to_have_count(0)
    page.get_by_role("button", name="Restart from the failed node").first.click()
    expect(step(page, "End")).to_have_accessible_name(re.compile("succeeded"))
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("[Kk]ept"))
    note = page.get_by_role("note", name="What is kept of the earlier run")
    expect(note).to_contain_text("Kept: Start, Draft.")
    expect(note).to_contain_text("«Count» runs again")
    look(page, "parts-restarted")
    assert len(provider.requests) == asked, "what was paid for must not be asked again"


def test_what_follows_runs_with_an_edited_value(with_provider: Site, provider: FakeProvider, visitors: Visitors) -> None:
    provider.script("mock", Reply(text="Low water"))
    page = visitors.page(dark=True)
    page.goto(f"/app/{_app(with_provider)}/canvas")
    expect(step(page, "Count")).to_be_visible()
    _run(page)
    expect(step(page, "End")).to_have_accessible_name(re.compile("succeeded"))
    page.get_by_role("tab", name="Trace").click()
    page.get_by_role("list", name="Steps").get_by_role("button", name=re.compile("Draft")).click()
    page.get_by_role("button", name="Edit value and run from here").click()
    group = page.get_by_role("group", name="Outputs of Draft, edited")
    group.get_by_role("textbox").click()
    page.keyboard.press("Control+a")
    page.evaluate("text => navigator.clipboard.writeText(text)", '{"text": "seven!!"}')
    page.keyboard.press("Control+v")
    look(page, "parts-fork-dark")
    group.get_by_role("button", name="Run what follows").click()
    expect(page.get_by_role("note", name="What is kept of the earlier run")).to_contain_text("A run with an edited value.")
    expect(step(page, "End")).to_have_accessible_name(re.compile("succeeded"))
    page.get_by_role("tab", name="Result").click()
    expect(page.get_by_role("region", name="Test run", exact=True)).to_contain_text("7")


def test_a_run_stands_at_breakpoints_through_a_reload(with_provider: Site, provider: FakeProvider, page: Page) -> None:
    provider.script("mock", Reply(text="High water"))
    page.goto(f"/app/{_app(with_provider)}/canvas")
    step(page, "Count").click(position={"x": 60, "y": 16})
    page.keyboard.press("b")
    expect(step(page, "Count").get_by_role("img", name=re.compile("^Breakpoint"))).to_be_visible()
    bar = page.get_by_role("region", name="Breakpoints")
    where = bar.get_by_role("status")
    page.keyboard.press("F10")
    expect(where).to_have_text("Stands before “Draft”")
    page.keyboard.press("F5")
    expect(where).to_have_text("Stands before “Count”")
    expect(bar).to_contain_text("High water")
    expect(step(page, "Count")).to_have_accessible_name(re.compile("stands here"))
    look(page, "parts-breakpoint")
    asked = len(provider.requests)

    page.reload()
    expect(where).to_have_text("Stands before “Count”")
    page.keyboard.press("F10")
    expect(where).to_have_text("Stands before “End”")
    bar.get_by_role("button", name="Go on").click()
    expect(step(page, "End")).to_have_accessible_name(re.compile("succeeded"))
    expect(bar).to_have_count(0)
    assert len(provider.requests) == asked, "what was done before a stop is not done again"
