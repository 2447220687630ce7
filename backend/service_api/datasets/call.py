"""What the knowledge views get: the workspace that a key opens, and its things by the ids in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError

from backend.accounts.keys import KeyContext, key_aresolve
from backend.accounts.models import ApiKey
from backend.files.uploads import Form
from backend.knowledge.models import ChildChunk, Dataset, Document, Segment
from backend.service_api.errors import WireError, invalid_param, unauthorized
from backend.service_api.http import Reply, Request, View, in_thread, is_upload, takes_upload

B = TypeVar("B", bound=BaseModel)
MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Call:
    """One request with a dataset key. Its methods raise WireError."""

    request: Request
    key: KeyContext
    form: Form | None = None

    @property
    def workspace_id(self) -> UUID:
        return self.key.workspace_id

    def body(self, kind: type[B]) -> B:
        """Check the JSON body: invalid_param with the field and the reason. Fields that `kind` does not have are ignored."""
        return checked(kind, self.request.json())

    def form_data(self, kind: type[B]) -> B:
        """Check the JSON text in the form's field `data`."""
        text = (self.form.fields if self.form else {}).get("data") or "{}"
        try:
            raw = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise invalid_param("data", f"data is not valid JSON: {error}") from None
        if not isinstance(raw, dict):
            raise invalid_param("data", "data must be a JSON object.")
        return checked(kind, raw)

    def page(self) -> tuple[int, int]:
        """Return `page` and `limit`; limits above 100 count as 100."""
        return _number(self.request, "page", 1), min(_number(self.request, "limit", 20), MAX_LIMIT)

    def dataset(self) -> Dataset:
        """Return the dataset of the address. 404 for one of another workspace, 403 where its API is off."""
        found = _by_id(Dataset.scoped(self.workspace_id).select_related("created_by", "updated_by"), self.request, "dataset_id", "Dataset")
        if not found.enable_api:
            raise WireError("forbidden", "The API of this dataset has been disabled.", 403)
        return found

    def document(self, dataset: Dataset) -> Document:
        """Return the document of the address."""
        rows = Document.scoped(self.workspace_id).filter(dataset=dataset).select_related("file", "dataset", "created_by")
        return _by_id(rows, self.request, "document_id", "Document")

    def segment(self, document: Document) -> Segment:
        """Return the segment of the address, as queries see it."""
        rows = Segment.scoped(self.workspace_id).filter(document=document, revision=document.active_revision)
        return _by_id(rows.select_related("document__dataset"), self.request, "segment_id", "Segment")

    def child(self, segment: Segment) -> ChildChunk:
        """Return the child chunk of the address."""
        rows = ChildChunk.scoped(self.workspace_id).filter(segment=segment).select_related("segment__document__dataset")
        return _by_id(rows, self.request, "child_chunk_id", "Child chunk")


Handler = Callable[[Call], Reply]


def dataset_view(handler: Handler) -> View:
    """Serve a handler: authenticate, then let it work in a thread."""

    @wraps(handler)
    async def view(request: Request) -> Reply:
        key = await _key(request)
        form = await request.form() if is_upload(view) else None
        return await in_thread(handler, Call(request, key, form))

    return view


def dataset_upload(handler: Handler) -> View:
    """Serve a handler that takes a multipart form."""
    return takes_upload(dataset_view(handler))


async def _key(request: Request) -> KeyContext:
    scheme, _, token = request.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized("Authorization header must be provided and start with 'Bearer'")
    key = await key_aresolve(token.strip())
    if key is None or key.kind != ApiKey.Kind.DATASET:
        raise unauthorized()
    return key


def checked(kind: type[B], raw: Mapping[str, Any]) -> B:
    """Read a body. Raises WireError invalid_param."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "body"
        raise invalid_param(field, f"{field}: {first['msg']}") from None


def _number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= 1_000_000):
        raise invalid_param(name, f"{name} must be a number from 1 on, not {text[:20]!r}.")
    return int(text)


def _by_id(rows: Any, request: Request, name: str, what: str) -> Any:
    try:
        found = rows.filter(id=UUID(request.path[name])).first()
    except ValueError:
        found = None
    if found is None:
        raise not_found_dataset(what)
    return found


def not_found_dataset(what: str) -> WireError:
    """404 in the words of this part of the API."""
    return WireError("not_found", f"{what} not found.", 404)


def uuids(values: list[str], field: str) -> list[UUID]:
    """Parse ids. Raises WireError."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise invalid_param(field, f"{field} holds something that is not an id.") from None
