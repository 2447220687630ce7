"""The settings of the tests, in place before anything reads them: pytest loads this as its first plugin (`-p`).

Each pytest process, so also each of xdist's workers, gets a data folder of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="tidemill-test-")).resolve()
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
# What all processes of one test run may make once: the folder of the first of them, which outlives the others.
os.environ.setdefault("TIDEMILL_TEST_SHARED", str(DATA))

os.environ.update(
    TIDEMILL_DATA=str(DATA),
    EGRESS_ALLOW_CIDRS="127.0.0.0/8,::1/128",
    EGRESS_ALLOW_PORTS="*",
    DEMO_WORD_DELAY_MS="0",
    LITELLM_LOCAL_MODEL_COST_MAP="True",
    RUN_LIMITS="key_per_minute=0,key_at_once=0,app_per_minute=0,app_at_once=0,visitor_per_minute=0,address_per_minute=0",
)
for _name in ("REDIS_URL", "QDRANT_URL", "DATABASE_URL"):
    os.environ.pop(_name, None)
if _database := os.environ.get("TIDEMILL_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _database
    os.environ["SECRET_KEY"] = "test-only-" + "x" * 40
    os.environ["ENCRYPTION_KEYS"] = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    os.environ["REDIS_PASSWORD"] = "test-only"
