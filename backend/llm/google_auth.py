"""Access tokens for Google Cloud from a service account key (RFC 7523), fetched through the guarded session.

Google's own library would open sockets of its own, to an address that the uploaded key may choose.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time

import aiohttp
import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from backend.core import egress
from backend.llm import faults
from backend.llm.resolved import Route
from workers.engine.errors import NodeError

TOKEN_URL = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
LIFETIME_S = 3600
RENEW_BEFORE_S = 300
TIMEOUT_S = 20.0

_tokens: dict[str, tuple[str, float]] = {}


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _assertion(route: Route, key: str, now: float) -> str:
    """Sign the claim that buys a token. Raises NodeError when the key is not a service account's."""
    try:
        account = orjson.loads(key)
        private = serialization.load_pem_private_key(account["private_key"].encode(), password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError("not an RSA key")
        claims = {"iss": account["client_email"], "scope": SCOPE, "aud": TOKEN_URL, "iat": int(now), "exp": int(now) + LIFETIME_S}
    except (ValueError, KeyError, TypeError, AttributeError):
        sentence = f"{route.spec.label} needs the whole JSON file of a service account key (with client_email and private_key)."
        raise NodeError("provider_unauthorized", sentence, details={"provider": route.spec.id}) from None
    signed = _b64(orjson.dumps({"alg": "RS256", "typ": "JWT"})) + b"." + _b64(orjson.dumps(claims))
    return (signed + b"." + _b64(private.sign(signed, padding.PKCS1v15(), hashes.SHA256()))).decode()


async def token(route: Route) -> str:
    """Return an access token for the route's service account, cached until five minutes before its end."""
    key = route.fields.get("service_account", "")
    name, now = hashlib.sha256(key.encode()).hexdigest(), time.time()
    known = _tokens.get(name)
    if known and known[1] - RENEW_BEFORE_S > now:
        return known[0]
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": _assertion(route, key, now)}
    try:
        async with asyncio.timeout(TIMEOUT_S), egress.session().post(TOKEN_URL, data=form, allow_redirects=False) as response:
            body = await response.content.read(100_000)
    except TimeoutError:
        raise faults.timed_out(route, "an access token", TIMEOUT_S) from None
    except (aiohttp.ClientError, OSError) as error:
        raise egress.blocked_error(TOKEN_URL) if egress.is_blocked(error) else faults.unreachable(route, type(error).__name__) from None
    if response.status != 200:
        message, code = faults.vendor_message(body)
        raise faults.from_status(route, 401 if response.status == 400 else response.status, message, code)
    raw = orjson.loads(body)
    _tokens[name] = (str(raw["access_token"]), now + float(raw.get("expires_in", LIFETIME_S)))
    return _tokens[name][0]
