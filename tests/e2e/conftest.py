"""One platform and one browser for all browser tests; the first-run test meets them untouched."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.site import WORKSPACE, Site, Visitors, running_site, sign_in_state
from tests.fakes.provider import FakeProvider

FIRST = "test_first_run"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here, and let those of the first run be the first: only they can see an empty installation."""
    mine = [item for item in items if "/e2e/" in str(item.path)]
    for item in mine:
        item.add_marker(pytest.mark.e2e)
    positions = [index for index, item in enumerate(items) if item in mine]
    ordered = sorted(mine, key=lambda item: item.path.stem != FIRST)
    for index, item in zip(positions, ordered, strict=True):
        items[index] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Picture the open pages of a test that failed."""
    report = yield
    if report.when == "call" and report.failed:
        for visitors in getattr(item, "funcargs", {}).values():
            if isinstance(visitors, Visitors):
                visitors.picture(item.name)
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The platform, with nobody on it."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, kept from calling home."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def signed_in(site: Site) -> dict[str, Any]:
    """The owner's session; creates the owner if no test has."""
    site.install()
    return sign_in_state(site)


@pytest.fixture(scope="session")
def with_provider(site: Site, signed_in: dict[str, Any], provider_server: FakeProvider) -> Site:
    """The platform with the scripted provider's model `mock` at hand."""
    argv = ["add_provider", "openai-compatible", "--workspace", WORKSPACE, "--base-url", provider_server.url]
    site.manage(*argv, "--api-key", "sk-test", "--no-test", "--model", "mock:llm")
    return site


@pytest.fixture
def newcomers(browser: Browser, site: Site) -> Iterator[Visitors]:
    """Browser contexts of people who are not signed in and may be the first ever."""
    yield from _watched(Visitors(browser, site, {}))


@pytest.fixture
def visitors(browser: Browser, site: Site, signed_in: dict[str, Any]) -> Iterator[Visitors]:
    """Browser contexts of the owner."""
    yield from _watched(Visitors(browser, site, signed_in))


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """A page of the owner's."""
    return visitors.page()


def _watched(visitors: Visitors) -> Iterator[Visitors]:
    yield visitors
    unexpected = visitors.errors.unexpected()
    visitors.close()
    assert not unexpected, "the browser's console has errors:\n" + "\n".join(unexpected)
