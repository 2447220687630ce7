"""The platform under test as its users get it: `manage.py up` in a folder of its own, and the browser in front of it."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.processes import ROOT, Server, free_port, wait_until

SCREENSHOTS = Path(__file__).parent / "screenshots"
EMAIL = "ada@example.com"
PASSWORD = "blue tide at noon"
NAME = "Ada"
WORKSPACE = "Harbour"
# A refused call is part of what the tests ask for; the browser reports it as an error of the console.
_EXPECTED = re.compile(r"status of (401|409)\b")


@dataclass
class Site:
    """A running platform and what has been made on it."""

    url: str
    env: dict[str, str]
    server: Server
    state: dict[str, Any] = field(default_factory=dict)
    email: str = EMAIL
    password: str = PASSWORD

    def manage(self, *argv: str) -> str:
        """Run a management command and return what it printed. Raises RuntimeError with its errors."""
        done = subprocess.run(
            [sys.executable, "manage.py", *argv], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {argv[0]}: {done.stderr[-2000:]}")
        return done.stdout

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A signed-in client of the console API, for what a test needs but does not show."""
        with httpx.Client(base_url=self.url, timeout=20) as client:
            client.get("/api/setup")
            body = {"email": self.email, "password": self.password}
            client.post("/_allauth/browser/v1/auth/login", json=body, headers=self.csrf(client)).raise_for_status()
            yield client

    @staticmethod
    def csrf(client: httpx.Client) -> dict[str, str]:
        """The header that goes with a client's cookies."""
        return {"X-CSRFToken": client.cookies.get("csrftoken") or ""}

    def import_app(self, name: str, mode: str, *nodes: dict[str, Any], edges: list[tuple[str, str]] | None = None) -> str:
        """Make an app of nodes that follow one another (or as `edges` say) and return its id."""
        for index, node in enumerate(nodes):
            node["position"] = {"x": index * 320, "y": 0}
        ids = [node["id"] for node in nodes]
        pairs = itertools.pairwise(ids) if edges is None else edges
        drawn = [{"id": f"{a}-{b}", "source": a, "target": b, "sourceHandle": "source"} for a, b in pairs]
        workflow = {
            "graph": {"nodes": list(nodes), "edges": drawn},
            "features": {},
            "environment_variables": [],
            "conversation_variables": [],
        }
        app = {"name": name, "mode": mode, "icon": "🌊", "icon_background": "#D9ECF0", "description": ""}
        return self.import_file({"kind": "app", "version": "0.4.0", "app": app, "workflow": workflow})

    def import_file(self, document: dict[str, Any]) -> str:
        """Import an app file and return the app's id."""
        content = json.dumps(document)
        with self.client() as client:
            workspace = client.get("/api/me").json()["workspaces"][0]["id"]
            answer = client.post(f"/api/workspaces/{workspace}/apps/import", json={"content": content}, headers=self.csrf(client))
            answer.raise_for_status()
            app_id: str = answer.json()["app"]["id"]
            return app_id

    def install(self) -> None:
        """Create the owner, unless somebody did."""
        with httpx.Client(base_url=self.url, timeout=20) as client:
            if client.get("/api/setup").json()["installed"]:
                return
            body = {"email": EMAIL, "name": NAME, "password": PASSWORD, "workspace_name": WORKSPACE, "language": "en"}
            client.post("/api/setup", json=body, headers=self.csrf(client)).raise_for_status()


@contextmanager
def running_site(folder: Path, **more: str) -> Iterator[Site]:
    """Start the platform and stop it at the end; `more` adds to its environment."""
    if not (ROOT / "frontend/dist/index.html").exists():
        raise RuntimeError("the studio is not built: run `npm run build` in frontend/")
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "QDRANT_URL")}
    env |= {"TIDEMILL_DATA": str(folder / "data"), "PORT": str(port), "HOST": "127.0.0.1", "LOG_LEVEL": "WARNING"}
    env |= {"EGRESS_ALLOW_CIDRS": "127.0.0.0/8", "EGRESS_ALLOW_PORTS": "*", "DEMO_WORD_DELAY_MS": "40", **more}
    server = Server("platform", [sys.executable, "manage.py", "up"], env, folder / "platform.log")
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        if not server.alive:
            raise RuntimeError(f"the platform ended: {server.text()[-3000:]}")
        try:
            return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(answers, "the platform")
        yield Site(url, env, server)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


class Errors:
    """What went wrong in the pages of a context without anybody seeing it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.allowed: list[re.Pattern[str]] = [_EXPECTED]

    def allow(self, pattern: str) -> None:
        """Expect errors of this form too."""
        self.allowed.append(re.compile(pattern))

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"uncaught: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"{message.text} ({message.location.get('url', '')})")

    def unexpected(self) -> list[str]:
        return [text for text in self.found if not any(pattern.search(text) for pattern in self.allowed)]


class Visitors:
    """Opens browser contexts on the site, watches them, and pictures them when a test fails."""

    def __init__(self, browser: Browser, site: Site, signed_in: dict[str, Any]) -> None:
        self._browser, self._site, self._signed_in = browser, site, signed_in
        self.contexts: list[BrowserContext] = []
        self.errors = Errors()

    def page(
        self, *, signed_in: bool = True, width: int = 1280, height: int = 800, dark: bool = False, locale: str = "en-GB", **more: Any
    ) -> Page:
        """A page in a context of its own, at the site's root address."""
        context = self._browser.new_context(
            base_url=self._site.url,
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            storage_state=self._signed_in if signed_in else None,  # type: ignore[arg-type]
            **more,
        )
        context.set_default_timeout(8_000)
        self.contexts.append(context)
        context.on("page", self.errors.watch)
        return context.new_page()

    def picture(self, name: str) -> None:
        """Save what every open page shows."""
        SCREENSHOTS.mkdir(exist_ok=True)
        number = 0
        for context in self.contexts:
            for page in context.pages:
                number += 1
                page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def look(page: Page, name: str) -> None:
    """Keep a picture of a screen when E2E_LOOK names a folder, for whoever wants to see the studio as it is."""
    if folder := os.environ.get("E2E_LOOK"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def sign_in_state(site: Site) -> dict[str, Any]:
    """The cookies of a signed-in browser, as Playwright keeps them."""
    with site.client() as client:
        cookies = [
            {
                "name": cookie.name,
                "value": cookie.value,
                "domain": "127.0.0.1",
                "path": "/",
                "expires": -1,
                "httpOnly": cookie.name != "csrftoken",
                "secure": False,
                "sameSite": "Lax",
            }
            for cookie in client.cookies.jar
        ]
    return json.loads(json.dumps({"cookies": cookies, "origins": []}))
