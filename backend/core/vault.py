"""The only place where secrets are sealed and opened: AES-256-GCM, bound to the row they belong to.

A sealed text reads `v1.<key id>.<nonce>.<ciphertext>` (base64url without padding). Workspace, table,
row and field are authenticated with it, so a ciphertext that is copied into another row or another
workspace does not open there.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from backend.config.secrets import parse_encryption_keys

FORMAT = "v1"
NONCE_BYTES = 12


class VaultError(Exception):
    """A sealed text is damaged, belongs elsewhere, or was sealed with a key that this installation does not have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret lives. It opens nowhere else."""

    workspace_id: object
    table: str
    row_id: object
    field: str

    def bytes(self) -> bytes:
        """The authenticated text."""
        return f"{self.workspace_id}|{self.table}|{self.row_id}|{self.field}".encode()


@lru_cache(maxsize=4)
def _keys(text: str) -> dict[str, AESGCM]:
    return {key_id: AESGCM(key) for key_id, key in parse_encryption_keys(text).items()}


def _installed() -> dict[str, AESGCM]:
    return _keys(settings.ENV.encryption_keys)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seal(plain: str, place: Place) -> str:
    """Encrypt with the first of ENCRYPTION_KEYS."""
    key_id, key = next(iter(_installed().items()))
    nonce = os.urandom(NONCE_BYTES)
    return f"{FORMAT}.{key_id}.{_encode(nonce)}.{_encode(key.encrypt(nonce, plain.encode(), place.bytes()))}"


def open_sealed(sealed: str, place: Place) -> str:
    """Decrypt. Raises VaultError; its message never holds any of the text."""
    parts = sealed.split(".")
    if len(parts) != 4 or parts[0] != FORMAT:
        raise VaultError(f"The stored secret of {place.table} {place.row_id} is not a sealed text.")
    key = _installed().get(parts[1])
    if key is None:
        raise VaultError(f"The secret of {place.table} {place.row_id} was sealed with key {parts[1]!r}; add that key to ENCRYPTION_KEYS.")
    try:
        return key.decrypt(_decode(parts[2]), _decode(parts[3]), place.bytes()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise VaultError(f"The secret of {place.table} {place.row_id} cannot be opened: damaged, or moved from another row.") from None


def key_id(sealed: str) -> str:
    """Name the key a text was sealed with; empty if it is no sealed text."""
    parts = sealed.split(".")
    return parts[1] if len(parts) == 4 and parts[0] == FORMAT else ""


def current_key_id() -> str:
    """Name the key that `seal` uses."""
    return next(iter(_installed()))


def known_key_ids() -> frozenset[str]:
    """Name all keys that `open_sealed` can use."""
    return frozenset(_installed())
