"""What is derived from code is current: migrations, OpenAPI, the studio's types, settings pages."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from drf_spectacular import drainage
from drf_spectacular.generators import SchemaGenerator


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        raise AssertionError(f"run `manage.py makemigrations`:\n{out.getvalue()}") from None


def test_generated_documents_are_current() -> None:
    """docs/openapi.yaml, docs/settings.md, deploy/env.example; `make docs` writes them."""
    call_command("generate_docs", check=True)


def test_types_of_the_studio_are_current(tmp_path: Path) -> None:
    """frontend/src/api/schema.d.ts, made again by the same command as `make docs` from docs/openapi.yaml."""
    studio = settings.ROOT / "frontend"
    generator, *arguments = json.loads((studio / "package.json").read_text())["scripts"]["api"].split()
    target = arguments.index("src/api/schema.d.ts")
    fresh = tmp_path / "schema.d.ts"
    arguments[target] = str(fresh)
    command = [str(studio / "node_modules" / ".bin" / generator), *arguments]
    made = subprocess.run(command, cwd=studio, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    assert fresh.read_text() == (studio / "src" / "api" / "schema.d.ts").read_text(), "run `make docs`"


def test_openapi_is_complete() -> None:
    """Every view describes itself so well that the generator has nothing to complain about."""
    drainage.GENERATOR_STATS.reset()
    with drainage.GENERATOR_STATS.silence():
        schema: Any = SchemaGenerator().get_schema(request=None, public=True)
        complaints = [*drainage.GENERATOR_STATS._warn_cache, *drainage.GENERATOR_STATS._error_cache]
    assert not complaints
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len(operations) > 10
    assert all(operation["responses"]["default"] for operation in operations)
