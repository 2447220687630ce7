"""Drawing a flow from nothing: by mouse, and by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import Site, look
from tests.fakes.provider import FakeProvider, Reply
from tests.scenarios.flows import llm, node


def step(page: Page, title: str) -> Locator:
    """The card of a step, whatever its type and state."""
    return page.get_by_role("group", name=re.compile(rf"(^|, ){title}(,|$)"))


def blank(page: Page, kind: str = "Workflow") -> None:
    """Make a blank app by hand and wait for its canvas."""
    page.goto("/apps/new?tab=blank")
    page.get_by_role("radio", name=re.compile(f"^{kind}")).check(force=True)
    page.get_by_role("button", name="Create and open").click()
    page.wait_for_url("**/canvas**")
    expect(step(page, "Start")).to_be_visible()


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Saved \d"))).to_be_visible()
    page.wait_for_timeout(900)
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Saved \d"))).to_be_visible()


def draw(page: Page, source: Locator, target: Locator) -> None:
    """Drag a connection from a handle to a card."""
    start, end = source.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 20, steps=8)
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=3)


def test_a_flow_from_nothing_by_mouse(page: Page) -> None:
    blank(page)
    look(page, "canvas-empty")
    page.get_by_role("button", name="LLM", exact=True).click()
    expect(step(page, "LLM")).to_be_visible()
    page.get_by_label("Add a step after «LLM»").click()
    palette = page.get_by_role("listbox", name="Add a step")
    look(page, "palette")
    palette.get_by_role("option", name=re.compile("^Output|^End")).first.click()
    card = step(page, "Output").or_(step(page, "End")).first
    expect(card).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(card).to_be_hidden()
    page.get_by_role("button", name="Redo").click()
    expect(card).to_be_visible()

    step(page, "LLM").dblclick()
    panel = page.get_by_role("complementary", name="Step settings")
    prompt = panel.get_by_role("textbox", name=re.compile("^Message 1"))
    prompt.click()
    page.keyboard.type("Answer for https://example.com/a ")
    expect(page.get_by_role("listbox", name="Variables")).to_be_hidden()
    page.keyboard.type("/")
    variables = page.get_by_role("listbox", name="Variables")
    expect(variables).to_be_visible()
    look(page, "variable-picker")
    variables.get_by_role("option").first.click()
    expect(prompt).to_contain_text("·")

    step(page, "LLM").click(position={"x": 60, "y": 16})
    page.keyboard.press("Delete")
    expect(step(page, "LLM")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(step(page, "LLM")).to_be_visible()
    saved(page)
    page.reload()
    expect(step(page, "LLM")).to_be_visible()
    expect(card).to_be_visible()


def test_a_circle_is_refused_with_its_reason(site: Site, page: Page) -> None:
    app = site.import_app(
        "Circle",
        "workflow",
        node("start", "start", variables=[]),
        llm("one", "demo-chat", "Hi"),
        llm("two", "demo-chat", "Ho"),
        node("end", "end", outputs=[]),
    )
    page.goto(f"/app/{app}/canvas")
    expect(step(page, "Two")).to_be_visible()
    draw(page, page.get_by_label("Add a step after «Two»"), step(page, "One"))
    expect(page.get_by_text("This would make a circle: «One» already leads to «Two».").first).to_be_visible()
    look(page, "canvas-refusal")
    page.mouse.up()
    page.keyboard.press("Escape")

    step(page, "Two").click(position={"x": 60, "y": 16})
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(step(page, "Two.*")).to_have_count(2)

    step(page, "One").click(position={"x": 60, "y": 16})
    page.keyboard.press("Delete")
    expect(step(page, "One")).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(page.get_by_role("group", name="Edge from start to two").or_(page.get_by_label("Insert a step here")).first).to_be_attached()


def test_the_checklist_leads_to_the_field_and_keeps_a_broken_flow_unpublished(site: Site, page: Page) -> None:
    app = site.import_app(
        "Broken",
        "workflow",
        node("start", "start", variables=[]),
        llm("draft", "demo-chat", ""),
        node("end", "end", outputs=[]),
    )
    page.goto(f"/app/{app}/canvas")
    page.get_by_role("button", name=re.compile("^Checklist: [1-9]")).click()
    look(page, "checklist")
    page.get_by_role("button", name=re.compile("^Go to:")).first.click()
    panel = page.get_by_role("complementary", name="Step settings")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("textbox", name="Title").or_(panel.get_by_label("Title")).first).to_have_value("Draft")
    page.get_by_role("button", name="Publish", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Publish a version")
    expect(dialog.get_by_text(re.compile(r"errors? must be fixed before this can be published"))).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    look(page, "publish-refused")


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until a control has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(60):
        if wanted.evaluate("element => element.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached by Tab")


def test_a_flow_by_keyboard_alone(with_provider: Site, provider: FakeProvider, page: Page) -> None:
    provider.script("mock", Reply(text="Once upon a time there was", hang_after=3))
    app = with_provider.import_app(
        "By keys",
        "workflow",
        node("start", "start", variables=[]),
        llm("draft", "mock", "Tell a story."),
        node("end", "end", outputs=[{"variable": "story", "value_selector": ["draft", "text"]}]),
    )
    page.goto(f"/app/{app}/canvas")
    expect(step(page, "Draft")).to_be_visible()
    _tab_to(page, step(page, "Start"))
    page.keyboard.press("ArrowRight")
    expect(step(page, "Draft")).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("template")
    page.keyboard.press("Enter")
    expect(step(page, "Template")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(step(page, "Template")).to_be_hidden()
    _tab_to(page, step(page, "Draft"))
    page.keyboard.press("Enter")
    # Enter takes the focus into the settings.
    expect(page.get_by_role("complementary", name="Step settings").locator(":focus")).to_be_visible()
    prompt = page.get_by_role("textbox", name="Message 1, User")
    _tab_to(page, prompt)
    page.keyboard.press("Control+End")
    page.keyboard.type(" A short one.")
    expect(prompt).to_contain_text("Tell a story. A short one.")
    page.keyboard.press("Control+Enter")
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("running"))
    page.keyboard.press("Control+.")
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("stopped"))
