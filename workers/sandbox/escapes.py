"""The self-test of full Python's box: a program that tries to get out, by as many ways as it knows."""

from __future__ import annotations

PROBES = """
import ctypes, os, socket

def reaches_network():
    for address in (("127.0.0.1", 22), ("1.1.1.1", 53)):
        try:
            with socket.create_connection(address, timeout=0.5):
                return True
        except ConnectionRefusedError:
            pass  # the box's own loopback, where nobody listens
        except OSError:
            pass
    return len(open("/proc/net/dev").read().splitlines()) > 3

def reads_secrets():
    return any(os.path.exists(path) for path in ("/etc/shadow", "/etc/passwd", "/root", "/home", "/var", "/srv", "/run", "/opt"))

def sees_environment():
    if set(os.environ) - {"PWD", "LC_CTYPE", "PATH", "HOME", "LANG", "SHLVL", "_"}:
        return True
    for number in os.listdir("/proc"):
        if number.isdigit():
            try:
                if b"=" in open("/proc/" + number + "/environ", "rb").read().replace(b"PWD=/", b"").replace(b"LC_CTYPE=C.UTF-8", b""):
                    return True
            except OSError:
                pass
    return False

def writes_system():
    for path in ("/usr/probe", "/probe", "/proc/sys/kernel/hostname", "/etc/probe"):
        try:
            open(path, "w").close()
            os.unlink(path)
            return True
        except OSError:
            pass
    return False

def starts_processes():
    try:
        if os.fork() == 0:
            os._exit(0)
        return True
    except OSError:
        return False

def takes_memory():
    try:
        bytearray(2 * 1024 ** 3)
        return True
    except MemoryError:
        return False

def fills_disk():
    try:
        for part in range(8):
            with open("/tmp/" + str(part), "wb") as file:
                file.write(b"0" * (15 * 1024 * 1024))
        return True
    except OSError:
        return False

def sees_processes():
    return sum(name.isdigit() for name in os.listdir("/proc")) > 4

def holds_descriptors():
    for process in ("self", "1"):
        kept = set()
        try:
            for number in os.listdir("/proc/" + process + "/fd"):
                try:
                    kept.add(os.readlink("/proc/" + process + "/fd/" + number))
                except OSError:
                    pass
        except OSError:
            continue
        known = ("/dev/null", "/proc/", "anon_inode:", "pipe:")
        if any(not target.startswith(known) for target in kept) or len([target for target in kept if target.startswith("pipe:")]) > 2:
            return True
    return False

def has_rights():
    fields = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines() if ":" in line)
    return int(fields["CapEff"], 16) != 0 or fields["NoNewPrivs"].strip() != "1" or os.getuid() == 0

def mounts():
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(0x10000000) == 0 or libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0

def main():
    probes = [reaches_network, reads_secrets, sees_environment, writes_system, starts_processes, takes_memory,
              fills_disk, sees_processes, holds_descriptors, has_rights, mounts]
    return {"tried": len(probes), "escaped": [probe.__name__ for probe in probes if probe()]}
"""
