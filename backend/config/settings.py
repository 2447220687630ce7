"""Django's settings; everything that varies comes from `backend.config.env`."""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import dj_database_url

from backend.config import env as _env

ENV = _env.load()
ROOT = _env.ROOT
DATA = ENV.tidemill_data.resolve()
VERSION = "0.1.0"

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
PUBLIC_URL = (ENV.public_url or f"http://localhost:{ENV.port}").rstrip("/")
_public_host = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = [h.strip() for h in ENV.allowed_hosts.split(",") if h.strip()] or [_public_host, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if DEBUG:
    CSRF_TRUSTED_ORIGINS += ["http://localhost:5173", "http://127.0.0.1:5173"]
SECURE_TLS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "backend.core",
    "backend.accounts",
    "backend.files",
    "backend.llm",
    "backend.knowledge",
    "backend.studio",
    "backend.runs",
    "backend.evals",
    "backend.insights",
    "backend.service_api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "backend.core.middleware.security_headers",
    "backend.core.middleware.known_host",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backend.accounts.middleware.sign_in_errors",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]


def _database() -> dict[str, Any]:
    if ENV.database_url:
        config: dict[str, Any] = dict(dj_database_url.parse(ENV.database_url))
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": ENV.database_pool, "timeout": 10}}
        return config
    DATA.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "tidemill.sqlite3",
        # A file, so that threads of a test meet as processes do; in memory SQLite locks whole tables instead.
        "TEST": {"NAME": str(DATA / "test.sqlite3")},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-20000;PRAGMA mmap_size=134217728;",
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _valkey_socket() -> Path:
    """The bundled Valkey's socket: in the data folder, or in the temp folder where that path is too long (107 bytes on Linux)."""
    path = DATA / "valkey" / "valkey.sock"
    if len(str(path).encode()) <= 100:
        return path
    digest = hashlib.sha256(str(DATA).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tidemill-{digest}" / "valkey.sock"


VALKEY_SOCKET = _valkey_socket()
REDIS_URL = ENV.redis_url or f"unix://:{quote(ENV.redis_password, safe='')}@{VALKEY_SOCKET}"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "tidemill"},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,50/h/ip", "login": "30/m/ip", "page_password": "5/15m/key,50/h/ip"}
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/verify-email/{{key}}",
    "account_reset_password": f"{PUBLIC_URL}/reset-password",
    "account_reset_password_from_key": f"{PUBLIC_URL}/reset-password/{{key}}",
    "account_signup": f"{PUBLIC_URL}/signup",
}

SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE_TLS else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "backend.core.pages.csrf_failure"
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies
if ENV.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["backend.core.permissions.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "EXCEPTION_HANDLER": "backend.core.errors.handle_exception",
    "DEFAULT_SCHEMA_CLASS": "backend.core.schema.HouseSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tidemill console API",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "/api",
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used; named components for them collide
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_BYTES = max(ENV.upload_max_mb, ENV.upload_image_mb, ENV.upload_audio_mb, ENV.upload_video_mb) * 1024 * 1024
BODY_MAX_BYTES = max(DATA_UPLOAD_MAX_MEMORY_SIZE, UPLOAD_MAX_BYTES) + FILE_UPLOAD_MAX_MEMORY_SIZE


def _file_storage() -> dict[str, object]:
    """Files in the data folder, or in a bucket."""
    if not ENV.s3_bucket:
        options: dict[str, object] = {"location": ENV.tidemill_data / "files", "file_permissions_mode": 0o600}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    given = {
        "bucket_name": ENV.s3_bucket,
        "endpoint_url": ENV.s3_endpoint_url,
        "region_name": ENV.s3_region,
        "access_key": ENV.s3_access_key_id,
        "secret_key": ENV.s3_secret_access_key,
    }
    options = {"file_overwrite": False, "default_acl": None, **{name: value for name, value in given.items() if value}}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {"default": _file_storage(), "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

# WhiteNoise hands out the studio's files by synchronous iterators; under ASGI Django reads them whole, which suits small files.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
STATIC_URL = "/static/"
STUDIO_DIST = ROOT / "frontend" / "dist"
WHITENOISE_ROOT = STUDIO_DIST if STUDIO_DIST.is_dir() else None
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"  # their names change with what is in them

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = ENV.email_from
if ENV.email_url:
    _mail = urlsplit(ENV.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
    EMAIL_USE_TLS = _mail.scheme in ("smtp", "smtp+tls") and EMAIL_PORT != 25

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "LiteLLM": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
