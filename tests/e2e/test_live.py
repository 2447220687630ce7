"""What a run looks like while it goes, when it is stopped, and when the provider fails."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Site, Visitors, look
from tests.e2e.test_canvas import step
from tests.fakes.provider import FakeProvider, Reply
from tests.scenarios.flows import llm, node


def _app(site: Site, name: str) -> str:
    return site.import_app(
        name,
        "workflow",
        node("start", "start", variables=[]),
        llm("draft", "mock", "Tell a story."),
        node("end", "end", outputs=[{"variable": "story", "value_selector": ["draft", "text"]}]),
    )


def test_text_streams_onto_the_card_and_stop_stops(with_provider: Site, provider: FakeProvider, page: Page) -> None:
    provider.script("mock", Reply(text="The tide came in at noon and", hang_after=6))
    app = _app(with_provider, "Slow")
    page.goto(f"/app/{app}/canvas")
    page.get_by_role("button", name="Test run", exact=True).click()
    expect(step(page, "Draft")).to_contain_text("The tide came in at noon")
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("running"))
    look(page, "run-streaming")
    page.get_by_role("button", name="Stop").first.click()
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("stopped"), timeout=3000)
    expect(page.get_by_role("button", name="Test run", exact=True)).to_be_visible()
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Stopped")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "cause", "act"),
    [
        (401, "The provider refused the key.", "Replace the key in the model settings"),
        (429, "its rate limit is reached", "turn on retries"),
    ],
    ids=["401", "429"],
)
def test_a_failure_names_step_cause_and_next_act(
    with_provider: Site, provider: FakeProvider, visitors: Visitors, status: int, cause: str, act: str
) -> None:
    provider.script("mock", Reply(status=status, headers=(("Retry-After", "0"),)))
    app = _app(with_provider, f"Failing {status}")
    page = visitors.page()
    page.goto(f"/app/{app}/canvas")
    page.get_by_role("button", name="Test run", exact=True).click()
    failure = page.get_by_role("alert").filter(has_text="«Draft» failed")
    expect(failure).to_contain_text(cause, timeout=20_000)
    expect(failure).to_contain_text(act)
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("failed"))
    look(page, f"run-failed-{status}")
    page.get_by_role("link", name="Runs", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Failed")
    expect(row).to_be_visible()
    look(page, "runs")
    row.get_by_role("link").first.click()
    page.wait_for_url("**/runs/*")
    expect(step(page, "Draft")).to_have_accessible_name(re.compile("failed"))
    expect(page.get_by_role("alert").filter(has_text="«Draft» failed").first).to_be_visible()
    look(page, "run-page-failed")
