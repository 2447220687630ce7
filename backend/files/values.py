"""Files as values of a run: from what a caller posts, from a stored file, and back to bytes by `related_id`."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from backend.files.content import kind_of
from backend.files.links import signed_url
from backend.files.models import StoredFile
from backend.files.selectors import files_get
from workers.engine.errors import InvalidInput
from workers.engine.variables import FILE_TYPES

_MARK = "__dify__file__"
_MAX_DEPTH = 4


def file_value(file: StoredFile, *, kind: str = "", method: str = "local_file") -> dict[str, Any]:
    """Return a stored file as flows and the published API know it; its `url` is signed and ends with time."""
    return {
        "dify_model_identity": _MARK,
        "id": str(file.id),
        "type": kind or file.kind,
        "transfer_method": method,
        "remote_url": None,
        "reference": str(file.id),
        "related_id": str(file.id),
        "filename": file.name,
        "extension": file.extension,
        "mime_type": file.mime_type,
        "size": file.size_bytes,
        "url": signed_url(file),
    }


def remote_value(url: str, kind: str) -> dict[str, Any]:
    """Return a file at an address as flows know it. Nothing is fetched: size -1 is unknown."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name or urlsplit(url).netloc
    mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "dify_model_identity": _MARK,
        "id": None,
        "type": kind,
        "transfer_method": "remote_url",
        "remote_url": url,
        "reference": None,
        "related_id": None,
        "filename": name,
        "extension": PurePosixPath(name).suffix.lower(),
        "mime_type": mime_type,
        "size": -1,
        "url": url,
    }


def links_renew(workspace_id: UUID, app_id: UUID, value: Any) -> Any:
    """Return a JSON value with new addresses for the stored files of an app in it; the old ones have ended with time.

    Blocks on the database, where there are any. A file that is gone, or not the app's, keeps what stands there.
    """
    ids = {key for file in files_in(value) if (key := _uuid(file.get("related_id")))}
    if not ids:
        return value
    known = {key: file for key, file in files_get(workspace_id, ids).items() if file.app_id in (None, app_id) and file.purpose == "run"}
    return _relinked(value, known)


def files_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Find the files in a JSON value, in their order."""
    if isinstance(value, Mapping):
        if value.get("dify_model_identity") == _MARK:
            yield value
        else:
            for item in value.values():
                yield from files_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from files_in(item)


def _relinked(value: Any, known: Mapping[UUID, StoredFile]) -> Any:
    if isinstance(value, Mapping):
        if value.get("dify_model_identity") == _MARK:
            key = _uuid(value.get("related_id"))
            file = known.get(key) if key else None
            return {**value, "url": signed_url(file)} if file else value
        return {name: _relinked(item, known) for name, item in value.items()}
    return [_relinked(item, known) for item in value] if isinstance(value, (list, tuple)) else value


class PostedFiles:
    """Turns the file objects of one request into file values; stored files are looked up once, in one query."""

    def __init__(self, workspace_id: UUID, *, app_id: UUID | None = None) -> None:
        self._workspace_id = workspace_id
        self._app_id = app_id
        self._known: dict[UUID, StoredFile] = {}

    def look_up(self, *given: Any) -> None:
        """Read the stored files that the given inputs and lists name. Blocks on the database; does nothing when there are none."""
        ids = set(_upload_ids(given))
        if ids:
            found = files_get(self._workspace_id, ids)
            self._known = {key: file for key, file in found.items() if self._app_id is None or file.app_id == self._app_id}

    @staticmethod
    def needs_look_up(*given: Any) -> bool:
        """Tell whether a stored file is named anywhere."""
        return next(_upload_ids(given), None) is not None

    def value(self, where: str, item: Any) -> dict[str, Any]:
        """Check a posted file and return its value. Raises InvalidInput with the field and the reason."""
        if not isinstance(item, Mapping):
            raise InvalidInput(where, f"{where} must be an object.")
        method, kind = item.get("transfer_method"), item.get("type")
        if method == "local_file":
            return self._stored(where, item, kind)
        if method != "remote_url":
            raise InvalidInput(f"{where}.transfer_method", f"{where}.transfer_method must be local_file or remote_url.")
        url = item.get("url") or item.get("remote_url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise InvalidInput(f"{where}.url", f"{where}.url must be an http(s) address.")
        if kind is None:
            kind = kind_of(mimetypes.guess_type(urlsplit(url).path)[0] or "application/octet-stream")
        if kind not in FILE_TYPES:
            raise InvalidInput(f"{where}.type", f"{where}.type must be one of {', '.join(sorted(FILE_TYPES))}.")
        return remote_value(url, kind)

    def values(self, where: str, items: Iterable[Any]) -> list[dict[str, Any]]:
        """Check a list of posted files. Raises InvalidInput."""
        return [self.value(f"{where}.{position}", item) for position, item in enumerate(items)]

    def _stored(self, where: str, item: Mapping[str, Any], kind: Any) -> dict[str, Any]:
        given = item.get("upload_file_id") or item.get("related_id")
        file_id = _uuid(given)
        file = self._known.get(file_id) if file_id else None
        if file is None:
            raise InvalidInput(f"{where}.upload_file_id", f"{where}.upload_file_id: there is no uploaded file {str(given)[:60]!r}.")
        if kind is not None and kind not in FILE_TYPES:
            raise InvalidInput(f"{where}.type", f"{where}.type must be one of {', '.join(sorted(FILE_TYPES))}.")
        if kind not in (None, "custom", file.kind):
            message = f"{where}.type is {kind}, but the content of {file.name!r} is of the type {file.kind}."
            raise InvalidInput(f"{where}.type", message)
        return file_value(file, kind=kind or "")


def _upload_ids(value: Any, depth: int = 0) -> Iterator[UUID]:
    if isinstance(value, Mapping):
        if value.get("transfer_method") == "local_file" and (key := _uuid(value.get("upload_file_id") or value.get("related_id"))):
            yield key
        elif depth < _MAX_DEPTH:
            for item in value.values():
                yield from _upload_ids(item, depth + 1)
    elif isinstance(value, (list, tuple)) and depth < _MAX_DEPTH:
        for item in value:
            yield from _upload_ids(item, depth + 1)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
