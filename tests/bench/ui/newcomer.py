"""A newcomer's way, clicked through: from an empty data folder to the first words of a model, and to an app that others can open."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.bench.ui.probe import SCRIPT
from tests.e2e.site import EMAIL, NAME, PASSWORD, running_site

FIRST_WORDS = "() => [...document.querySelectorAll('[data-node-id][data-state=running] footer p')].some((one) => one.textContent.trim())"


@dataclass
class Way:
    """What a person did and what the machine took: fields filled in, clicks, and seconds until the next act was possible."""

    clicks: int = 0
    fields: int = 0
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Count the time until what follows an act is there."""
        began = time.perf_counter()
        yield
        spent = time.perf_counter() - began
        self.seconds += spent
        self.told.append(f"{what} {spent:.2f}")

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def fill(self, target: Locator, text: str) -> None:
        self.fields += 1
        target.fill(text)

    def so_far(self) -> dict[str, float | int | str]:
        """The numbers up to here."""
        steps = "; ".join(self.told)
        return {"clicks": self.clicks, "fields": self.fields, "seconds": round(self.seconds, 1), "steps": steps}


def walk(browser: Browser, folder: Path) -> dict[str, dict[str, float | int | str]]:
    """Go the way on a new installation; the numbers to the first words and to the published app's first words."""
    way = Way()
    began = time.perf_counter()
    with running_site(folder, DEMO_WORD_DELAY_MS="15") as site:
        way.seconds = time.perf_counter() - began
        way.told.append(f"start of the platform {way.seconds:.2f}")
        # The address that the terminal shows, which the links of apps also have.
        address = site.url.replace("127.0.0.1", "localhost")
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, locale="en-GB")
        context.add_init_script(SCRIPT)
        page = context.new_page()
        first = _to_the_first_words(page, way)
        shared = _to_a_published_app(page, way)
        context.close()
        return {"first words of a model": first, "first words from the published app's own page": shared}


def _to_the_first_words(page: Page, way: Way) -> dict[str, float | int | str]:
    create = page.get_by_role("button", name="Create and start")
    with way.waiting("install form"):
        page.goto("/", wait_until="commit")
        create.wait_for()
    way.fill(page.get_by_label("E-mail"), EMAIL)
    way.fill(page.get_by_label("Your name"), NAME)
    way.fill(page.get_by_role("textbox", name="Password"), PASSWORD)
    template = page.get_by_role("button", name="Translate and polish")
    with way.waiting("home"):
        way.click(create)
        template.wait_for()
    run = page.get_by_role("button", name="Test run", exact=True)
    with way.waiting("canvas of the template"):
        way.click(template)
        run.wait_for()
        page.get_by_role("group", name=re.compile("Final version")).wait_for()
    with way.waiting("first words"):
        way.click(run)
        page.wait_for_function(FIRST_WORDS, timeout=60_000)
    told = way.so_far()
    page.get_by_role("group", name=re.compile("Final version, succeeded")).wait_for()
    return told


def _to_a_published_app(page: Page, way: Way) -> dict[str, float | int | str]:
    dialog = page.get_by_role("dialog", name="Publish a version")
    confirm = dialog.get_by_role("button", name="Publish", exact=True)
    with way.waiting("dialog"):
        way.click(page.get_by_role("button", name="Publish", exact=True).first)
        confirm.wait_for()
    with way.waiting("published"):
        way.click(confirm)
        page.get_by_text("Version 1 is live.").wait_for()
    address = page.get_by_role("link", name="Open", exact=True)
    with way.waiting("where it can be used"):
        way.click(page.get_by_role("link", name="API and keys"))
        address.wait_for()
    with way.waiting("the app's own page"), page.context.expect_page() as opened:
        way.click(address)
        visit = opened.value
        visit.get_by_role("button", name="Run", exact=True).wait_for()
    way.fill(visit.get_by_label("Text"), "Good evening, the ferry is late.")
    with way.waiting("first words"):
        way.click(visit.get_by_role("button", name="Run", exact=True))
        visit.get_by_role("region", name="Result").get_by_text(re.compile("evening")).first.wait_for(timeout=60_000)
    return way.so_far()
