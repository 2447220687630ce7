"""A system-call filter for full Python's box: what no program of a flow needs and kernels had holes in."""

from __future__ import annotations

import os
import platform
import struct
from collections.abc import Iterator
from contextlib import contextmanager

_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_GE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NEW_USER = 0x10000000
_X32 = 0x40000000

# ptrace, mount, umount2, pivot_root, bpf, keyctl, add_key, request_key, userfaultfd, perf_event_open, io_uring_*, kexec_*,
# init_module, finit_module, delete_module, process_vm_*, unshare, setns, clone3, open_by_handle_at, move_mount, fsopen, …
_DENIED = {
    "x86_64": (
        0xC000003E,
        56,
        (101, 165, 166, 155, 321, 248, 249, 250, 323, 298, 425, 426, 427, 246, 320, 175, 313, 176, 310, 311),
        (272, 308, 435, 304, 428, 429, 430, 431, 432, 433, 442, 161, 163, 167, 168, 169, 172, 173),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        (117, 40, 39, 41, 280, 219, 217, 218, 282, 241, 425, 426, 427, 104, 294, 105, 273, 106, 270, 271),
        (97, 268, 435, 265, 428, 429, 430, 431, 432, 433, 442, 51, 89, 224, 225, 142),
    ),
}


def program() -> bytes | None:
    """Assemble the filter for this machine; None where its numbers are not known."""
    known = _DENIED.get(platform.machine())
    if known is None:
        return None
    architecture, clone, first, more = known
    denied = (*first, *more)
    checks = len(denied)
    # Jumps count the instructions to skip; the last two are: deny, allow.
    lines = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 0, checks + 5, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_GE, checks + 3, 0, _X32),
    ]
    lines += [(_JUMP_EQUAL, checks - index + 2, 0, number) for index, number in enumerate(denied)]
    lines += [
        (_JUMP_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, 16),
        (_JUMP_SET, 0, 1, _NEW_USER),
        (_RETURN, 0, 0, _DENY),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


@contextmanager
def filter_file() -> Iterator[int]:
    """Give the filter as a readable descriptor for bubblewrap; one that allows all where numbers are not known."""
    code = program() or struct.pack("<HBBI", _RETURN, 0, 0, _ALLOW)
    reading, writing = os.pipe()
    try:
        os.write(writing, code)
        os.close(writing)
        yield reading
    finally:
        os.close(reading)
