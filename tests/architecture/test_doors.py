"""One door per danger: a second one fails here."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatch

import pytest

from tests.architecture.source import Module, dotted, frontend_files, modules

# Imported module -> the files that may import it.
IMPORT_DOORS: dict[str, tuple[str, ...]] = {
    # model calls: the one place where vendors' errors and secrets are handled
    "litellm": ("backend/llm/gateway*.py",),
    # vectors: the wrapper that builds the tenant filter
    "qdrant_client": ("backend/knowledge/vectors*.py",),
    "qdrant_edge": ("backend/knowledge/vectors*.py",),
    # outbound bytes: the guarded client; the model wires get its session and name its types
    "aiohttp": (
        "backend/core/egress.py",
        "backend/llm/gateway*.py",
        "backend/llm/*_wire.py",
        "backend/llm/google_auth.py",
        "workers/tasks/http.py",
        "workers/tasks/app_files.py",  # names its errors
    ),
    "httpx": (),
    "requests": (),
    "urllib3": (),
    "http.client": (),
    "urllib.request": ("backend/core/supervisor/up.py",),  # asks its own server on loopback whether it is up
    "ftplib": (),
    "smtplib": ("workers/tasks/form_mail.py",),  # names its errors; Django sends
    # secrets
    "cryptography": ("backend/core/vault.py", "backend/llm/google_auth.py"),  # google_auth signs a service account's JWT
    # other programs
    "subprocess": ("workers/sandbox/*.py", "backend/core/supervisor/*.py"),
    "multiprocessing": ("backend/llm/local.py",),  # our own code: local embeddings off the event loop
    "pty": (),
    # formats that execute
    "pickle": (),
    "marshal": (),
    "shelve": (),
}
CALL_DOORS: dict[str, tuple[str, ...]] = {
    "exec": ("workers/sandbox/full_python_child.py",),  # runs inside the box, as nobody, without network and files
    "eval": (),
    "compile": ("workers/sandbox/full_python_child.py",),
    "__import__": (),
    "mark_safe": (),
    "*.mark_safe": (),
    "os.system": (),
    "os.popen": (),
    "yaml.load": (),
    "yaml.unsafe_load": (),
    "asyncio.create_subprocess_exec": ("workers/sandbox/*.py", "workers/ingestion/child.py"),
    "asyncio.create_subprocess_shell": (),
    "asyncio.open_connection": (),
    "socket.create_connection": (),
    "importlib.import_module": (),
}
# Modules that may read tenant rows without a workspace, each with its own proof of ownership.
UNSCOPED: dict[str, str] = {
    "backend/knowledge/management/commands/reindex.py": "the operator rebuilds the index of all workspaces",
    "workers/tasks/indexing.py": "the pieces of a document whose claim is held",
    "workers/tasks/document_supervisor.py": "a worker's own documents",
    "backend/knowledge/services/metadata.py": "writes back documents that were just read through their dataset",
    "backend/knowledge/claims.py": "a worker and the documents whose claim it holds; what is left of documents that are gone",
    "backend/core/models.py": "defines it",
    "backend/accounts/keys.py": "a key is found by its digest: that is the proof",
    "backend/accounts/selectors.py": "a user's own tokens over all of their workspaces",
    "backend/files/views.py": "the signature in the address names the file",
    "backend/insights/annotations.py": "writes annotations of an app that the caller has already resolved",
    "backend/studio/management/commands/rotate_secrets.py": "the operator re-encrypts what all workspaces have stored",
    "backend/runs/accept.py": "writes for specs whose app the caller has already resolved in its workspace",
    "backend/runs/annotation_settings.py": "settings of an app that the caller has already resolved",
    "backend/runs/breakpoints.py": "a run that the caller has already resolved; how long runs may stand holds in all workspaces",
    "backend/runs/claims.py": "a worker and the runs whose claim it holds",
    "backend/runs/consumers.py": "finds a run's workspace in order to ask for access to it",
    "backend/runs/filters.py": "ratings and annotations of runs that are read through their workspace",
    "backend/runs/forms.py": "a form that the caller has already resolved; time limits of forms hold in all workspaces",
    "backend/runs/parts.py": "the conversation of a run that the caller has already resolved",
    "backend/runs/selectors.py": "what belongs to a run that the caller has already resolved",
    "backend/runs/services.py": "stops a run that the caller has already resolved",
    "backend/runs/admission.py": "the states of runs that this installation has let in",
    "backend/runs/webhooks.py": "an app that the caller has already resolved; deliveries of all workspaces are sent by their rows",
    "workers/tasks/context.py": "earlier messages of the conversation of a run whose claim is held",
    "workers/tasks/maintenance.py": "the operator's limit on how long runs are kept holds in all workspaces",
    "workers/tasks/pulse.py": "a worker's own runs, and runs of workers that died",
    "backend/service_api/visitors.py": "the unguessable token in a page's address names it",
    "backend/studio/services.py": "what belongs to an app that the caller has already resolved",
}


def _wrong_imports(module: Module) -> list[str]:
    wrong = []
    for line, name in module.imports():
        for door, allowed in IMPORT_DOORS.items():
            if (name == door or name.startswith(door + ".")) and not module.matches(allowed):
                wrong.append(f"{module.path}:{line} imports {door}")
    return sorted(set(wrong))


def _wrong_calls(module: Module) -> list[str]:
    wrong = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            allowed = CALL_DOORS.get(name, CALL_DOORS.get("*." + name.rpartition(".")[2]))
            if allowed is not None and not module.matches(allowed):
                wrong.append(f"{module.path}:{node.lineno} calls {name}")
    return wrong


def test_dangerous_modules_have_one_door() -> None:
    assert not [line for module in modules() for line in _wrong_imports(module)]


def test_dangerous_calls_have_one_door() -> None:
    assert not [line for module in modules() for line in _wrong_calls(module)]


def test_yaml_is_read_safely() -> None:
    wrong = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.keyword) and node.arg == "Loader" and not dotted(node.value).endswith(("SafeLoader", "CSafeLoader")):
                wrong.append(f"{module.path}:{node.value.lineno}")
    assert not wrong


def test_tenant_rows_are_read_through_scoped() -> None:
    """Making rows is no reading: their workspace must be given, the database refuses one without."""
    wrong, used = [], set()
    for module in modules():
        making = {
            node.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute)
            and node.attr in ("create", "acreate", "bulk_create")
            and isinstance(node.value, ast.Attribute)
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in ("unscoped", "_base_manager", "_default_manager") and node not in making:
                used.add(module.path)
                if module.path not in UNSCOPED:
                    wrong.append(f"{module.path}:{node.lineno}")
    assert not wrong, f"use Model.scoped(workspace), or add the module to UNSCOPED with its proof of ownership: {wrong}"
    assert not set(UNSCOPED) - used, "UNSCOPED lists modules that do not need it"


def test_nobody_opens_a_view_or_leaves_the_default_permission() -> None:
    """`AllowAny` nowhere; a console view's gate is `backend.core.api` alone."""
    wrong = []
    for module in modules():
        if module.path == "backend/core/api.py":
            continue
        for node in ast.walk(module.tree):
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            if name in ("AllowAny", "permission_classes", "csrf_exempt", "authentication_classes"):
                wrong.append(f"{module.path}:{node.lineno} {name}")  # type: ignore[attr-defined]
    assert not wrong


def test_serializers_list_their_fields() -> None:
    """A field that appears in a model must not become writable by itself."""
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "ModelSerializer"
    ]
    assert not wrong


@pytest.mark.parametrize("pattern", [r"dangerouslySetInnerHTML", r"\beval\(", r"new Function\(", r"\.innerHTML\s*=", r"document\.write\("])
def test_studio_makes_no_html_from_text(pattern: str) -> None:
    assert not [path for path, text in frontend_files() if re.search(pattern, text) and not fnmatch(path, "*.test.ts*")]


def test_doors_see_what_they_forbid() -> None:
    """The checks themselves: a module that does everything wrong."""
    text = "import httpx\nfrom urllib import request\nimport pickle\neval('1')\nos.system('x')\nsafe.mark_safe('x')\n"
    module = Module("backend/runs/bad.py", text, ast.parse(text))
    assert len(_wrong_imports(module)) == 3
    assert len(_wrong_calls(module)) == 3
