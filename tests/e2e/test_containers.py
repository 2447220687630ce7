"""Iterations and loops on the canvas: drawn by mouse, by keyboard alone, opened from a file, and run."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.e2e.test_access import faults_of
from tests.e2e.test_canvas import saved, step
from tests.fakes.provider import FakeProvider, Reply
from tests.processes import wait_until
from tests.scenarios.flows import node


def with_iteration(**data: Any) -> list[dict[str, Any]]:
    """A code node that makes a list, an iteration over it with a template, and the result."""
    make = node("make", "code", code_language="python3", code="def main():\n    return {'items': ['a', 'b', 'c']}", variables=[])
    make["data"]["outputs"] = {"items": {"type": "array[string]", "children": None}}
    settings = {"start_node_id": "eachstart", "iterator_selector": ["make", "items"], "output_selector": ["line", "output"], **data}
    each = {**node("each", "iteration", **settings), "width": 520, "height": 240}
    inner = {"parentId": "each", "extent": "parent", "zIndex": 1002}
    begin = {**node("eachstart", "iteration-start", isInIteration=True), **inner, "type": "custom-iteration-start"}
    rows = [{"variable": "x", "value_selector": ["each", "item"]}]
    line = {**node("line", "template-transform", template="<{{ x }}>", variables=rows, isInIteration=True, iteration_id="each"), **inner}
    end = node("end", "end", outputs=[{"variable": "all", "value_selector": ["each", "output"]}])
    return [node("start", "start", variables=[]), make, each, begin, line, end]


EDGES = [("start", "make"), ("make", "each"), ("each", "end"), ("eachstart", "line")]


def imported(site: Site, name: str) -> str:
    nodes = with_iteration()
    app = site.import_app(name, "workflow", *nodes, edges=EDGES)
    places = {"start": (0, 60), "make": (320, 60), "each": (640, 0), "eachstart": (24, 72), "line": (144, 72), "end": (1240, 60)}
    document = draft(site, app)
    for one in document["graph"]["nodes"]:
        one["position"] = dict(zip("xy", places[one["id"]], strict=True))
    put_draft(site, app, document)
    return app


def test_a_file_with_an_iteration_opens_runs_and_shows_its_rounds(site: Site, page: Page) -> None:
    app = imported(site, "Rounds")
    page.goto(f"/app/{app}/canvas")
    each, line = step(page, "Each"), step(page, "Line")
    expect(line).to_be_visible()
    outer, inner = each.bounding_box(), line.bounding_box()
    assert outer
    assert inner
    assert outer["x"] < inner["x"]
    assert inner["x"] + inner["width"] < outer["x"] + outer["width"]
    look(page, "container")
    page.keyboard.press("Control+Enter")
    expect(each).to_have_accessible_name(re.compile("succeeded"), timeout=20_000)
    expect(each).to_have_accessible_name(re.compile("3 of 3 rounds"))
    pager = each.get_by_role("group", name="Rounds")
    expect(pager).to_contain_text("Round 3 of 3")
    expect(line).to_contain_text("<c>")
    pager.get_by_role("button", name="Previous round").click()
    expect(pager).to_contain_text("Round 2 of 3")
    expect(line).to_contain_text("<b>")
    look(page, "container-ran")
    look_dark(page, "container-ran-dark")


def test_an_iteration_built_by_mouse_runs(with_provider: Site, provider: FakeProvider, page: Page) -> None:
    provider.script("mock", *(Reply(text=f"Reply {number}") for number in range(1, 4)))
    nodes = [one for one in with_iteration() if one["id"] in ("start", "make", "end")]
    nodes[-1]["data"]["outputs"] = []
    app = with_provider.import_app("By mouse", "workflow", *nodes)
    page.goto(f"/app/{app}/canvas")
    page.get_by_label("Add a step after «Make»").click()
    page.get_by_role("listbox", name="Add a step").get_by_role("option", name=re.compile("^Iteration")).click()
    each = step(page, "Iteration")
    expect(each).to_be_visible()
    page.get_by_role("button", name="Close the step settings").or_(page.get_by_role("button", name="Close")).first.click()
    expect(each).to_contain_text("Nothing happens here yet")
    look(page, "container-empty")

    each.click(position={"x": 120, "y": 16})
    page.keyboard.press("e")
    chooser = page.get_by_role("dialog", name="Connect «Iteration» to…")
    page.keyboard.type("make")
    expect(chooser.get_by_role("option", name=re.compile("Make.*would make a circle"))).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Backspace")
    look(page, "connect-to")
    page.keyboard.type("end")
    page.keyboard.press("Enter")
    expect(chooser).to_be_hidden()

    page.get_by_label("Add a step inside «Iteration»").click()
    look(page, "palette-inside")
    palette = page.get_by_role("listbox", name="Add a step")
    expect(palette.get_by_role("option", name=re.compile("^Output"))).to_have_count(0)
    palette.get_by_role("option", name=re.compile("^LLM")).click()
    inner = step(page, "LLM")
    expect(inner).to_be_visible()
    outer_box, inner_box = each.bounding_box(), inner.bounding_box()
    assert outer_box
    assert inner_box
    assert outer_box["x"] < inner_box["x"]
    assert inner_box["x"] + inner_box["width"] < outer_box["x"] + outer_box["width"]
    assert inner_box["y"] + inner_box["height"] < outer_box["y"] + outer_box["height"]
    saved(page)

    document = draft(with_provider, app)
    drawn = {one["data"]["title"]: one for one in document["graph"]["nodes"] if one["data"]["title"]}
    container, child = drawn["Iteration"], drawn["LLM"]
    assert child["parentId"] == container["id"] == child["data"]["iteration_id"]
    assert child["data"]["isInIteration"] is True
    assert child["zIndex"] == 1002
    within = next(edge for edge in document["graph"]["edges"] if edge["target"] == child["id"])
    assert within["source"] == container["data"]["start_node_id"] == f"{container['id']}start"
    assert within["data"]["iteration_id"] == container["id"]

    container["data"] |= {"iterator_selector": ["make", "items"], "output_selector": [child["id"], "text"]}
    child["data"]["prompt_template"] = [{"role": "user", "text": f"Say {{{{#{container['id']}.item#}}}}"}]
    child["data"]["model"] = {"provider": "openai-compatible", "name": "mock", "mode": "chat", "completion_params": {}}
    drawn["End"]["data"]["outputs"] = [{"variable": "all", "value_selector": [container["id"], "output"]}]
    put_draft(with_provider, app, document)
    page.reload()
    expect(inner).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(each).to_have_accessible_name(re.compile("succeeded.*3 of 3 rounds"), timeout=20_000)
    expect(inner).to_contain_text("Reply 3")

    inner.click(position={"x": 60, "y": 16})
    page.keyboard.press("Control+d")
    expect(step(page, "LLM 2")).to_be_visible()
    page.keyboard.press("Control+z")
    each.click(position={"x": 120, "y": 16})
    page.keyboard.press("Delete")
    expect(inner).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(inner).to_be_visible()
    saved(page)
    page.goto(f"/app/{app}/canvas")
    expect(inner).to_be_visible()
    page.keyboard.press("1")
    page.wait_for_timeout(400)
    drag(page, inner, 0, 240)
    expect(page.get_by_text(re.compile("1 connection crossed the border"))).to_be_visible()
    saved(page)
    moved = next(one for one in draft(with_provider, app)["graph"]["nodes"] if one["id"] == child["id"])
    assert "parentId" not in moved
    assert "iteration_id" not in moved["data"]

    drag(page, inner, 0, -240)
    saved(page)
    stored = {one["id"]: one for one in draft(with_provider, app)["graph"]["nodes"]}
    assert stored[child["id"]]["parentId"] == container["id"]
    assert stored[child["id"]]["data"]["iteration_id"] == container["id"]
    page.keyboard.down("Alt")
    drag(page, inner, 0, 150)
    page.keyboard.up("Alt")
    copy = step(page, "LLM 2")
    expect(copy).to_be_visible()
    outer_box, copy_box = each.bounding_box(), copy.bounding_box()
    assert outer_box
    assert copy_box
    assert copy_box["y"] + copy_box["height"] < outer_box["y"] + outer_box["height"], "the container did not grow with the copy"

    saved(page)
    grip = page.get_by_role("button", name="Size of «Iteration»")
    each.hover(position={"x": 120, "y": 16})
    corner = grip.bounding_box()
    assert corner
    page.mouse.move(corner["x"] + 12, corner["y"] + 12)
    page.mouse.down()
    page.mouse.move(corner["x"] + 100, corner["y"] + 60, steps=5)
    page.mouse.up()
    wait_until(lambda: width_of(each) > outer_box["width"] + 60, "the container to be larger", 8)
    grip.focus()
    page.keyboard.press("ArrowRight")
    saved(page)
    after = {one["id"]: one for one in draft(with_provider, app)["graph"]["nodes"]}[container["id"]]
    assert after["width"] == after["data"]["width"] > stored[container["id"]]["width"] + 60
    look(page, "container-resized")


def test_an_iteration_built_by_keyboard_alone(site: Site, page: Page) -> None:
    nodes = [one for one in with_iteration() if one["id"] in ("start", "make", "end")]
    app = site.import_app("By keys too", "workflow", *nodes)
    page.goto(f"/app/{app}/canvas")
    expect(step(page, "Make")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(step(page, "Make")).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("iteration")
    page.keyboard.press("Enter")
    each = step(page, "Iteration")
    expect(each).to_be_visible()
    page.keyboard.press("Escape")
    expect(each).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name=re.compile("^Start of a round"))).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("template")
    page.keyboard.press("Enter")
    inner = step(page, "Template")
    expect(inner).to_be_visible()
    page.keyboard.press("Escape")
    expect(inner).to_be_focused()
    page.keyboard.press("d")
    expect(inner.get_by_label("disabled")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(each).to_be_focused()

    page.keyboard.press("Shift+S")
    page.keyboard.type("Remember **this**")
    page.keyboard.press("Escape")
    note = page.get_by_role("group", name=re.compile("^Note, Remember this"))
    expect(note).to_be_focused()
    expect(note.locator("strong")).to_have_text("this")
    look(page, "note")

    page.keyboard.press("Control+f")
    search = page.get_by_role("searchbox", name="Search titles, prompts, code, values")
    expect(search).to_be_focused()
    look(page, "outline")
    page.keyboard.type("return {")
    hits = page.get_by_role("list", name="Places found")
    expect(hits.get_by_role("listitem")).to_have_count(1)
    look(page, "search")
    page.keyboard.press("Escape")
    saved(page)
    kinds = [one["data"]["type"] for one in draft(site, app)["graph"]["nodes"]]
    assert sorted(kinds) == sorted(["start", "code", "end", "iteration", "iteration-start", "template-transform", ""])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_tools_for_steps_and_notes_are_there_for_everybody(site: Site, visitors: Visitors, dark: bool) -> None:
    app = imported(site, f"Tools {dark}")
    document = draft(site, app)
    note = {"type": "custom-note", "position": {"x": 0, "y": 320}, "width": 260, "height": 120, "id": "memo"}
    words = {"detail": 0, "format": 1, "mode": "normal", "style": "", "text": "Mind the gap", "type": "text", "version": 1}
    kind = {"direction": "ltr", "format": "", "indent": 0, "version": 1}
    text = json.dumps({"root": {**kind, "type": "root", "children": [{**kind, "type": "paragraph", "children": [words]}]}})
    document["graph"]["nodes"].append({**note, "data": {"type": "", "title": "", "theme": "pink", "text": text, "author": "me"}})
    branch = node("fork", "if-else", cases=[{"case_id": one, "logical_operator": "and", "conditions": []} for one in ("a", "b", "c")])
    document["graph"]["nodes"].append({**branch, "position": {"x": 320, "y": 320}})
    document["graph"]["nodes"].append({**node("odd", "hologram"), "position": {"x": 640, "y": 400}})
    put_draft(site, app, document)

    page = visitors.page(dark=dark, bypass_csp=True)
    faults: list[str] = []
    tone = "dark" if dark else "light"

    def check(name: str) -> None:
        look(page, f"tools-{name}-{tone}")
        faults.extend(f"{name}: {fault}" for fault in faults_of(page))

    page.goto(f"/app/{app}/canvas")
    expect(step(page, "Line")).to_be_visible()
    step(page, "Fork").click(position={"x": 60, "y": 16})
    check("afar")
    page.keyboard.press("2")
    check("near")
    page.keyboard.press("Control+f")
    check("outline")
    page.get_by_role("button", name="What to do with «Fork»").click()
    check("menu")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close the side bar").click()

    page.get_by_role("application", name="Flow canvas").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    bar = page.get_by_role("toolbar", name="Selection")
    expect(bar).to_be_visible()
    check("selection")
    bar.get_by_role("button", name="Disable or enable").click()
    expect(step(page, "Make").get_by_label("disabled")).to_be_visible()
    check("disabled")
    page.keyboard.press("Control+z")

    page.get_by_role("group", name=re.compile("^Note, Mind the gap")).click()
    page.get_by_role("button", name="Green").click()
    step(page, "Make").click(position={"x": 60, "y": 16})
    page.keyboard.press("r")
    page.keyboard.type("template")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^The new type does not have these settings: code"))).to_be_visible()
    look(page, f"tools-changed-{tone}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")

    page.keyboard.press("Control+g")
    page.keyboard.type("Beginnings")
    page.keyboard.press("Escape")
    frame = page.get_by_role("group", name=re.compile("^Frame, .*Beginnings"))
    expect(frame).to_be_visible()
    before = step(page, "Make").bounding_box()
    drag(page, frame, 0, 80)
    after = step(page, "Make").bounding_box()
    assert before
    assert after
    assert after["y"] > before["y"] + 40, "the frame did not take its step along"
    check("frame")
    saved(page)
    stored = {one["id"]: one for one in draft(site, app)["graph"]["nodes"]}
    assert stored["memo"]["data"]["theme"] == "green"
    assert stored["memo"]["data"]["text"] == text
    assert stored["make"]["data"]["type"] == "code"
    assert not faults, "\n".join(faults)


def width_of(card: Locator) -> float:
    """The width of a card on the screen."""
    box = card.bounding_box()
    assert box
    return float(box["width"])


def draft(site: Site, app: str) -> dict[str, Any]:
    """The document of an app's draft."""
    with site.client() as client:
        workspace = client.get("/api/me").json()["workspaces"][0]["id"]
        document: dict[str, Any] = client.get(f"/api/workspaces/{workspace}/apps/{app}/draft").json()["document"]
        return document


def put_draft(site: Site, app: str, document: dict[str, Any]) -> None:
    """Save a draft over what is there."""
    with site.client() as client:
        path = f"/api/workspaces/{client.get('/api/me').json()['workspaces'][0]['id']}/apps/{app}/draft"
        body = {"document": document, "base_revision": client.get(path).json()["revision"]}
        client.put(path, json=body, headers=site.csrf(client)).raise_for_status()


def drag(page: Page, card: Locator, dx: float, dy: float) -> None:
    """Drag a card by its head."""
    box = card.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(box["x"] + 60 + dx / 2, box["y"] + 14 + dy / 2, steps=4)
    page.mouse.move(box["x"] + 60 + dx, box["y"] + 14 + dy, steps=4)
    page.mouse.up()


def look_dark(page: Page, name: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    look(page, name)
    page.emulate_media(color_scheme="light")
