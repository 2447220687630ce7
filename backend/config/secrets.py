"""The secrets of the embedded profile, generated at first boot into `<data>/secrets.env` (0600).

With a database of its own (DATABASE_URL) nothing is generated: several machines that each invent
a key would not be able to read one another's rows.
"""

from __future__ import annotations

import base64
import os
import secrets as random
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.config.env import Env

NAMES = ("secret_key", "encryption_keys", "redis_password")
MIN_SECRET_KEY = 40


class SecretsError(Exception):
    """A secret is missing, too short or malformed."""


def _generate() -> dict[str, str]:
    return {
        "secret_key": random.token_urlsafe(48),
        "encryption_keys": "k1:" + base64.b64encode(random.token_bytes(32)).decode(),
        "redis_password": random.token_urlsafe(24),
    }


def _read_or_create(path: Path) -> dict[str, str]:
    """Read the file, creating it first if there is none; safe when several processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".secrets.{os.getpid()}.{random.token_hex(4)}")
    if not path.exists():
        lines = [f"{name.upper()}={value}" for name, value in _generate().items()]
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("# Generated at first boot. Back this file up: without it stored credentials cannot be read.\n")
            file.write("\n".join(lines) + "\n")
        try:
            os.link(draft, path)  # fails where another process was first: then its file counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return {key.strip().lower(): value.strip() for key, value in pairs}


def complete(env: Env) -> dict[str, str]:
    """Return the secrets that the environment left out, and check all of them.

    Raises SecretsError when one is missing in the production profile, too short or malformed.
    """
    missing = [name for name in NAMES if not getattr(env, name)]
    found: dict[str, str] = {}
    if missing and not env.database_url:
        stored = _read_or_create(env.tidemill_data / "secrets.env")
        found = {name: stored.get(name, "") for name in missing}
    values = {name: found.get(name) or getattr(env, name) for name in NAMES}
    if len(values["secret_key"]) < MIN_SECRET_KEY:
        raise SecretsError(f"SECRET_KEY must be set and have at least {MIN_SECRET_KEY} characters (deploy/init-env makes one)")
    parse_encryption_keys(values["encryption_keys"])
    return found


def parse_encryption_keys(text: str) -> dict[str, bytes]:
    """Parse `k2:<base64>,k1:<base64>` into key id -> 32 bytes, in order. Raises SecretsError."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != 32:
            raise SecretsError("ENCRYPTION_KEYS must be `<id>:<base64 of 32 bytes>`, comma-separated")
        keys[key_id] = key
    if not keys:
        raise SecretsError("ENCRYPTION_KEYS must be set (deploy/init-env makes one)")
    return keys
