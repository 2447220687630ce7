"""The files of the production profile agree with each other and with the settings."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.config.env import Env
from tests.processes import ROOT

PLACEHOLDER = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")
SECRET = re.compile(r"PASSWORD|SECRET|API_KEY|_KEYS|TOKEN")
OURS = ("migrate", "web", "worker-runs", "worker-documents", "beat")
NO_PROBE = {"migrate": "ends by itself", "beat": "answers nobody; it is restarted when it ends"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What deploy/init-env writes."""
    folder = tmp_path_factory.mktemp("installation")
    (folder / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/init-env", folder / "deploy")
    run = lambda: subprocess.run(["sh", "deploy/init-env"], cwd=folder, check=True, capture_output=True)  # noqa: E731
    run()
    path = folder / ".env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    run()
    assert path.read_bytes() == before, "secrets that exist are never replaced"
    assert [entry.name for entry in folder.iterdir() if entry.is_file()] == [".env"]
    return dict(line.split("=", 1) for line in before.decode().splitlines() if not line.startswith("#"))


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{\w+:\?run deploy/init-env first\}", value), f"{name}: {variable}"
    for address in re.findall(r"\w+://[^\s\"]*@", (ROOT / "docker-compose.yml").read_text()):
        assert re.search(r":\$\{\w+:\?[^}]+\}@$", address), address


def test_every_placeholder_has_a_default_or_comes_from_init_env(generated: dict[str, str]) -> None:
    text = (ROOT / "docker-compose.yml").read_text().replace("$$", "")
    for name, rest in PLACEHOLDER.findall(text):
        assert rest.startswith(":-") or name in generated, name
    assert {name for name, rest in PLACEHOLDER.findall(text) if rest.startswith(":?")} <= generated.keys()


def test_every_variable_of_our_services_is_a_setting(compose: dict[str, Any]) -> None:
    known = {name.upper() for name in Env.model_fields}
    for name in OURS:
        assert set(compose["services"][name]["environment"]) <= known


def test_services_are_probed_and_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert ("healthcheck" in service) != (name in NO_PROBE), name
        for other, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other]
    for name in OURS:
        assert compose["services"][name]["cap_drop"] == ["ALL"]
    assert set(compose["volumes"]) >= {mount.split(":")[0] for s in compose["services"].values() for mount in s.get("volumes", [])}


def test_commands_are_roles_of_the_entrypoint(compose: dict[str, Any]) -> None:
    roles = set(re.findall(r"^  (\w+)\)$", (ROOT / "deploy/entrypoint").read_text(), re.M))
    assert {compose["services"][name]["command"][0] for name in OURS} <= roles
    queues = {queue for name in OURS for queue in ",".join(compose["services"][name]["command"][1:]).split(",") if queue}
    assert queues == set(Env.model_fields["worker_queues"].default.split(",")), "each queue has a worker"
    probe = compose["services"]["worker-runs"]["healthcheck"]["test"]
    assert (ROOT / "backend/runs/management/commands" / f"{probe[-1]}.py").is_file()


def test_an_unknown_role_is_refused() -> None:
    done = subprocess.run(["sh", "deploy/entrypoint", "shell"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown role 'shell'" in done.stderr


def test_the_settings_accept_what_init_env_writes(compose: dict[str, Any], generated: dict[str, str], tmp_path: Path) -> None:
    def filled(value: Any) -> str:
        return PLACEHOLDER.sub(lambda m: generated.get(m[1]) or (m[2][2:] if m[2].startswith(":-") else ""), str(value))

    env = {name: filled(value) for name, value in compose["services"]["web"]["environment"].items()}
    assert not [name for name, value in env.items() if "$" in value]
    path = {"PATH": os.environ["PATH"], "TIDEMILL_DATA": str(tmp_path)}
    code = "from backend.config.env import load; env = load(); print(env.database_url, len(env.secret_key))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**path, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [env["DATABASE_URL"], "64"]
    assert not (tmp_path / "secrets.env").exists(), "several machines must not each make up secrets of their own"


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "deploy/Dockerfile").read_text().splitlines()
    last_stage = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM")) :]
    user = next(n for n, line in enumerate(last_stage) if line.startswith("USER"))
    assert last_stage[user].split()[1] not in ("root", "0")
    assert not [line for line in last_stage[user:] if line.startswith("RUN")]
    assert os.access(ROOT / "deploy/entrypoint", os.X_OK)


def test_what_the_image_copies_exists_and_is_let_through() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text()
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M):
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(source == entry or source.startswith(entry + "/") for entry in allowed), source
