"""The vault: what is sealed opens in its own place only, and with every key that is installed."""

from __future__ import annotations

import base64

import pytest
from django.conf import settings

from backend.core import vault
from backend.core.vault import Place, VaultError

HOME = Place("w1", "llm_credential", "r1", "secret")
OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


@pytest.fixture
def keys(monkeypatch):
    """Sets ENCRYPTION_KEYS."""

    def put(text: str) -> None:
        monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"encryption_keys": text}))

    return put


@pytest.mark.parametrize("plain", ["", "sk-1234", '{"key": "密钥 🔑"}', "x" * 20_000])
def test_opens_what_it_sealed(plain):
    sealed = vault.seal(plain, HOME)
    assert vault.open_sealed(sealed, HOME) == plain
    assert len(plain) < 4 or plain not in sealed


def test_the_same_text_is_never_sealed_alike():
    assert vault.seal("same", HOME) != vault.seal("same", HOME)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("w2", "llm_credential", "r1", "secret"),
        Place("w1", "tools_tool", "r1", "secret"),
        Place("w1", "llm_credential", "r2", "secret"),
        Place("w1", "llm_credential", "r1", "other"),
    ],
)
def test_does_not_open_in_another_place(elsewhere):
    with pytest.raises(VaultError, match="moved from another row"):
        vault.open_sealed(vault.seal("sk-1234", HOME), elsewhere)


def test_a_changed_character_is_noticed():
    sealed = vault.seal("sk-1234", HOME)
    head, _, last = sealed.rpartition(".")
    changed = "B" if last[3] != "B" else "C"
    with pytest.raises(VaultError):
        vault.open_sealed(f"{head}.{last[:3]}{changed}{last[4:]}", HOME)


@pytest.mark.parametrize("text", ["", "plain", "v1.k1.x", "v2.k1.aaaa.bbbb", "v1.k1.!!!.???", "v1.k1..", "v1.k1.YQ.YQ"])
def test_what_is_no_sealed_text_is_refused(text):
    with pytest.raises(VaultError):
        vault.open_sealed(text, HOME)


def test_first_key_seals_and_all_open(keys):
    keys(f"k1:{OLD}")
    old = vault.seal("sk-1234", HOME)
    keys(f"k2:{NEW},k1:{OLD}")
    new = vault.seal("sk-1234", HOME)
    assert (vault.key_id(old), vault.key_id(new), vault.current_key_id()) == ("k1", "k2", "k2")
    assert vault.open_sealed(old, HOME) == vault.open_sealed(new, HOME) == "sk-1234"


def test_an_unknown_key_is_named(keys):
    keys(f"k1:{OLD}")
    sealed = vault.seal("sk-1234", HOME)
    keys(f"k2:{NEW}")
    with pytest.raises(VaultError, match=r"'k1'.*ENCRYPTION_KEYS"):
        vault.open_sealed(sealed, HOME)
