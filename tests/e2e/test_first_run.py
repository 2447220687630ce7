"""The first half hour: from an empty installation to a published app that answers a program, and back in again."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import EMAIL, NAME, PASSWORD, WORKSPACE, Site, Visitors, look

PASSWORD_FIELD = re.compile(r"^(Password|密码)( \*)?$")


def test_from_an_empty_installation_to_an_answering_api(newcomers: Visitors, site: Site) -> None:
    if httpx.get(f"{site.url}/api/setup").json()["installed"]:
        pytest.skip("needs a platform that nobody has used")
    newcomers.errors.allow(r"status of 400 .*auth/login")
    page = newcomers.page(signed_in=False)
    page.goto("/")
    _install(page)
    _make_app(page)
    _run(page)
    _edit_and_run_again(page)
    _publish(page)
    _call(site, _create_key(page))
    _see_checklist(page)
    _leave_and_return(page)


def _install(page: Page) -> None:
    page.wait_for_url("**/install")
    expect(page.get_by_role("heading", name="Welcome to Tidemill")).to_be_visible()
    look(page, "install")
    page.get_by_label("E-mail").fill("ada")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label(PASSWORD_FIELD).fill("short")
    page.get_by_role("button", name="Create and start").click()
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Enter an e-mail address such as"))
    expect(page.get_by_text("Use at least 10 characters.")).to_be_visible()
    expect(page.get_by_label("Workspace name")).to_have_attribute("placeholder", "Ada's workspace")
    look(page, "install-refused")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label(PASSWORD_FIELD).fill(PASSWORD)
    page.get_by_label("Workspace name").fill(WORKSPACE)
    page.get_by_role("button", name="Create and start").click()
    expect(page.get_by_role("heading", name="What do you want to make?")).to_be_visible()
    expect(page.get_by_text("0 of 4 done")).to_be_visible()
    look(page, "home-new")


def _make_app(page: Page) -> None:
    page.get_by_role("button", name="Translate and polish").click()
    page.wait_for_url("**/canvas**")
    for step in ("Start", "LLM, Draft", "LLM, Critique", "LLM, Final version", "Output"):
        expect(page.get_by_role("group", name=re.compile(rf"\b{step}\b"))).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("textbox", name="Text")).to_have_value(re.compile("thank you for your order"))
    look(page, "canvas-new")


def _run(page: Page) -> None:
    page.get_by_role("button", name="Test run", exact=True).click()
    expect(page.get_by_role("group", name=re.compile(r"LLM, .*, running"))).to_be_visible()
    look(page, "canvas-running")
    for step in ("Draft", "Critique", "Final version"):
        expect(page.get_by_role("group", name=re.compile(rf"LLM, {step}, succeeded, .*s, \d+ tokens"))).to_be_visible()
    dock = page.get_by_role("region", name="Test run")
    expect(dock.get_by_text("Succeeded").first).to_be_visible()
    expect(dock.get_by_role("button", name="translation", exact=True)).to_be_visible()
    look(page, "canvas-ran")


def _edit_and_run_again(page: Page) -> None:
    page.get_by_role("group", name=re.compile(r"LLM, Draft,")).dblclick()
    panel = page.get_by_role("complementary", name="Step settings")
    prompt = panel.get_by_role("textbox", name="Message 2, User")
    prompt.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Sign with: the harbour office.")
    look(page, "panel-llm")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^Saved \d"))).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("group", name=re.compile(r"LLM, Draft, (running|succeeded)"))).to_be_visible()
    expect(page.get_by_role("group", name=re.compile(r"LLM, Final version, succeeded"))).to_be_visible()
    expect(page.get_by_role("button", name="Test run", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Trace").click()
    look(page, "canvas-trace")


def _publish(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Publish a version")
    dialog.get_by_label("What changed").fill("Signed by the office")
    look(page, "publish-dialog")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Version 1 is live.")).to_be_visible()
    page.get_by_role("link", name="API and keys").click()
    page.wait_for_url("**/publish")
    expect(page.get_by_role("heading", name="Version 1", exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name="Signed by the office")).to_be_visible()


def _create_key(page: Page) -> str:
    page.get_by_role("button", name="New API key").click()
    page.get_by_role("dialog", name="New API key").get_by_label("Name").fill("Night shift")
    page.get_by_role("button", name="Create").click()
    shown = page.get_by_role("dialog", name="Your new API key")
    key = shown.get_by_label("Key", exact=True).input_value()
    look(page, "key")
    shown.get_by_role("button", name="I have copied it").click()
    expect(page.get_by_role("cell", name="Night shift", exact=True)).to_be_visible()
    assert key not in page.content(), "the key is still on the page after its dialog was closed"
    look(page, "publish")
    return key


def _call(site: Site, key: str) -> None:
    answer = httpx.post(
        f"{site.url}/v1/workflows/run",
        headers={"Authorization": f"Bearer {key}"},
        json={"inputs": {"text": "Good evening.", "language": "Chinese"}, "response_mode": "blocking", "user": "e2e"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["status"] == "succeeded"
    assert "evening" in answer.json()["data"]["outputs"]["draft"]


def _see_checklist(page: Page) -> None:
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.get_by_role("heading", name="Welcome back, Ada")).to_be_visible()
    expect(page.get_by_text("3 of 4 done")).to_be_visible()
    for step in ("Make your first app", "Run it once", "Publish it"):
        expect(page.get_by_text(f"{step}: done")).to_be_visible()
    look(page, "home")


def _leave_and_return(page: Page) -> None:
    page.get_by_role("button", name="Account of Ada").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url("**/signin**")
    look(page, "signin")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label(PASSWORD_FIELD).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong")
    page.get_by_label(PASSWORD_FIELD).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Welcome back, Ada")).to_be_visible()


def test_in_chinese_and_in_the_dark(newcomers: Visitors, site: Site) -> None:
    site.install()
    site.manage("bootstrap", "--email", "mei@example.com", "--password", PASSWORD, "--workspace", "潮汐", "--name", "小梅")
    page = newcomers.page(signed_in=False, dark=True, locale="zh-CN")
    page.goto("/")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    look(page, "zh-signin")
    page.get_by_label("电子邮箱").fill("mei@example.com")
    page.get_by_label(PASSWORD_FIELD).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("0 of 4 done")).to_be_visible()
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitemradio", name="简体中文").click()
    expect(page.get_by_text("已完成 0 / 4")).to_be_visible()
    look(page, "zh-home")
    page.get_by_role("button", name="翻译").first.click()
    page.wait_for_url("**/canvas**")
    page.get_by_role("button", name="测试运行", exact=True).click()
    expect(page.get_by_role("button", name="translation", exact=True)).to_be_visible(timeout=15_000)
    look(page, "zh-canvas")
