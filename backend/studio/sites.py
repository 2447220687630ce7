"""The page of an app for its end users: where it is, who may come, how it looks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from backend.core import vault
from backend.core.errors import AppError
from backend.studio.models import CHAT_MODES, Access, App, Mode, Site, new_site_token

MAX_ORIGINS = 20
DEFAULT_TEXTS: Mapping[str, Any] = {
    "chat_color_theme": "",
    "chat_color_theme_inverted": False,
    "copyright": "",
    "privacy_policy": "",
    "input_placeholder": None,
    "custom_disclaimer": "",
    "default_language": "en-US",
    "show_workflow_steps": True,
    "use_icon_as_answer_icon": False,
}
_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::[0-9]{1,5})?|https?://\[[0-9a-f:]+\](?::[0-9]{1,5})?"
)


def site_of(app: App) -> Site:
    """Return the page of an app; the first mention makes it, open to members alone."""
    found, _ = Site.scoped(app.workspace_id).get_or_create(app=app, defaults={"workspace_id": app.workspace_id})
    return found


def site_texts(app: App) -> dict[str, Any]:
    """Return what the page says and how it looks, in the names of `/v1/site`."""
    own = {"title": app.name, "icon_type": app.icon_type, "icon": app.icon, "icon_background": app.icon_background}
    return {**own, "icon_url": None, "description": app.description, **DEFAULT_TEXTS, **app.site}


def site_path(site: Site, mode: str) -> str:
    """Return the path of the page."""
    kind = "chat" if mode in CHAT_MODES else "completion" if mode == Mode.COMPLETION else "workflow"
    return f"/{kind}/{site.token}"


def site_url(site: Site, mode: str) -> str:
    """Return the whole address of the page."""
    return str(settings.PUBLIC_URL) + site_path(site, mode)


def origin_read(text: str) -> str:
    """Return the origin that an address names, as browsers write it. Raises ValueError."""
    parts = urlsplit(text.strip().lower())
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("Give the site's origin alone, such as https://www.example.com.")
    try:
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except UnicodeError:
        host = ""
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    origin = f"{parts.scheme}://{host.removesuffix(default) if default else host}"
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("Give the site's origin, such as https://www.example.com or http://localhost:3000.")
    return origin


@transaction.atomic
def site_update(*, app: App, fields: Mapping[str, Any], texts: Mapping[str, Any]) -> Site:
    """Change the page: checked columns of Site, `password` in plain text (None: none), and texts (None: back to the app's own).

    Raises AppError invalid_input for access by password without one.
    """
    site = Site.scoped(app.workspace_id).select_for_update().get(pk=site_of(app).pk)
    for name, value in fields.items():
        setattr(site, name, (make_password(value) if value else "") if name == "password" else value)
    if site.access == Access.PASSWORD and not site.password:
        message = "Set a password first, or let everybody or members in."
        raise AppError("invalid_input", message, 400, {"fields": {"password": [message]}})
    site.save(update_fields=[*fields, "updated_at"])
    if texts:
        kept = {**app.site, **texts}
        app.site = {name: value for name, value in kept.items() if value is not None or name == "input_placeholder"}
        app.save(update_fields=["site", "updated_at"])
    return site


def site_token_renew(*, app: App) -> Site:
    """Give the page a new address; the old one leads nowhere, and who came by it has to come again."""
    site = site_of(app)
    site.token = new_site_token()
    site.save(update_fields=["token", "updated_at"])
    return site


def identity_secret_renew(*, app: App) -> str:
    """Make the secret with which host pages sign who visits; returned this once."""
    site = site_of(app)
    plain = secrets.token_urlsafe(32)
    site.identity_secret = vault.seal(plain, _place(site))
    site.save(update_fields=["identity_secret", "updated_at"])
    return plain


def identity_secret_remove(*, app: App) -> None:
    """Take identity tokens no longer."""
    site = site_of(app)
    site.identity_secret = ""
    site.save(update_fields=["identity_secret", "updated_at"])


def identity_secret_open(site: Site) -> str | None:
    """Return the secret of a page that has one. Raises VaultError."""
    return vault.open_sealed(site.identity_secret, _place(site)) if site.identity_secret else None


def _place(site: Site) -> vault.Place:
    return vault.Place(site.workspace_id, "studio_site", site.pk, "identity_secret")
