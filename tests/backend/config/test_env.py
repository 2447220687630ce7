"""Settings: bad values refuse to start, secrets appear once, defaults follow the profile."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KEY = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
POSTGRES = {"DATABASE_URL": "postgres://u:p@127.0.0.1:1/x"}


def read(folder: Path, expression: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own and print an expression of ENV."""
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    code = f"from backend.config.env import load; ENV = load(); print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**clean, "TIDEMILL_DATA": str(folder), **env}, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        ({"PORT": "abc"}, "PORT"),
        ({"PORT": "99999"}, "PORT"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"EGRESS_ALLOW_CIDRS": "10.0.0.0/33"}, "EGRESS_ALLOW_CIDRS"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://u:p@db/x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:p@db"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"QDRANT_URL": "qdrant"}, "QDRANT_URL"),
        ({"PUBLIC_URL": "llm.example.com"}, "PUBLIC_URL"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"FLOW_LIMITS": "rounds=0"}, "FLOW_LIMITS"),
        ({"FLOW_LIMITS": "rounds=many"}, "FLOW_LIMITS"),
        ({"FLOW_LIMITS": "turns=3"}, "FLOW_LIMITS"),
        ({"FLOW_LIMITS": "rounds"}, "FLOW_LIMITS"),
        ({"ENCRYPTION_KEYS": "k1:bm90IDMyIGJ5dGVz"}, "ENCRYPTION_KEYS"),
        ({**POSTGRES, "ENCRYPTION_KEYS": KEY}, "SECRET_KEY"),
        ({**POSTGRES, "SECRET_KEY": "x" * 40}, "ENCRYPTION_KEYS"),
    ],
)
def test_a_bad_value_refuses_to_start_and_names_the_setting(tmp_path, env, complaint):
    done = read(tmp_path, "1", **env)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_refused_address_is_shown_without_its_password(tmp_path):
    done = read(tmp_path, "1", DATABASE_URL="mysql://user:hunter2@db/x")
    assert "mysql://user:***@db/x" in done.stderr
    assert "hunter2" not in done.stderr


def test_bounds_of_flows_are_the_usual_ones_but_for_those_that_are_named(tmp_path):
    shown = "ENV.bounds.rounds, ENV.bounds.flow_nodes, ENV.bounds.node_s"
    assert read(tmp_path, shown).stdout.split() == ["1000", "300", "300.0"]
    assert read(tmp_path, shown, FLOW_LIMITS="rounds=20, node_s=1.5").stdout.split() == ["20", "300", "1.5"]


def test_secrets_are_made_once_for_the_owner_alone(tmp_path):
    first = read(tmp_path, "ENV.secret_key + ENV.encryption_keys")
    second = read(tmp_path, "ENV.secret_key + ENV.encryption_keys")
    assert first.returncode == 0, first.stderr
    assert len(first.stdout) > 80
    assert first.stdout == second.stdout
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_a_value_may_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text("y" * 45 + "\n")
    assert read(tmp_path, "ENV.secret_key", SECRET_KEY_FILE=str(tmp_path / "key")).stdout.strip() == "y" * 45


@pytest.mark.parametrize(
    ("env", "ranges"),
    [
        ({}, "127.0.0.0/8,::1/128"),
        ({"EGRESS_ALLOW_CIDRS": ""}, ""),
        ({"EGRESS_ALLOW_CIDRS": "10.0.0.0/8"}, "10.0.0.0/8"),
        ({"HOST": "0.0.0.0"}, ""),
        ({**POSTGRES, "SECRET_KEY": "x" * 40, "ENCRYPTION_KEYS": KEY}, ""),
    ],
)
def test_models_on_this_machine_are_reachable_only_where_only_this_machine_asks(tmp_path, env, ranges):
    assert read(tmp_path, "ENV.egress_allow_cidrs", **env).stdout.strip() == ranges
