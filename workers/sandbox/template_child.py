"""The process that renders templates: reads one JSON line, writes one JSON line, again and again.

Started by `workers.sandbox.templates` as `python -I -S template_child.py FOLDER MEMORY_BYTES OUTPUT_CHARS CPU_S`
with an empty environment, where FOLDER holds the jinja2 package. It imports nothing else of ours, so that
nothing of ours is in its memory. Limits it sets on itself: memory, CPU time per template, no new
processes, no files. The parent keeps the wall-clock limit by killing it.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

sys.path.insert(0, sys.argv[1])

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

del sys.path[0]
MEMORY_BYTES, OUTPUT_CHARS, CPU_S = (int(argument) for argument in sys.argv[2:5])


def limit() -> None:
    """Bound this process. Limits that a system does not know (macOS: address space) are left out."""
    bounds = {"RLIMIT_AS": _address_space() + MEMORY_BYTES, "RLIMIT_NPROC": 0, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 8}
    for name, value in bounds.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue


def _address_space() -> int:
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0x10000000


def renew_cpu() -> None:
    """Give the next template its CPU seconds."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + CPU_S + 1, hard))


def render(source: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Render one template in a fresh environment."""
    parts: list[str] = []
    size = 0
    try:
        for part in ImmutableSandboxedEnvironment(cache_size=0).from_string(source).generate(variables):
            size += len(part)
            if size > OUTPUT_CHARS:
                return {"error": "too_long", "message": f"The text is longer than {OUTPUT_CHARS} characters.", "line": None}
            parts.append(part)
    except jinja2.TemplateSyntaxError as error:
        return {"error": "syntax", "message": error.message or str(error), "line": error.lineno}
    except MemoryError:
        parts.clear()
        return {"error": "failed", "message": "The template needs more memory than it may have.", "line": None}
    except RecursionError:
        return {"error": "failed", "message": "The template is nested too deeply.", "line": None}
    except Exception as error:  # noqa: BLE001  (a template may raise anything; this is the edge of its process)
        return {"error": "failed", "message": str(error)[:500] or type(error).__name__, "line": _line(error)}
    return {"text": "".join(parts)}


def _line(error: BaseException) -> int | None:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def main() -> None:
    """Serve until the parent closes the pipe."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    # What is imported on first use has to be in memory before files can no longer be opened.
    render("{% for x in [1] %}{{ x|tojson }}{{ '%s'|format(x) }}{% endfor %}{{ cycler(1).next() }}", {})
    limit()
    replies.write(b"ready\n")
    replies.flush()
    for line in requests:
        renew_cpu()
        request = json.loads(line)
        reply = render(request["template"], request["variables"])
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
