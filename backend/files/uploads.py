"""Read a multipart body (RFC 7578) with Django's parser, outside Django's request cycle too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from backend.core.errors import AppError


@dataclass(frozen=True, slots=True)
class Form:
    """A posted form: its plain fields, and its files by field."""

    fields: Mapping[str, str]
    files: Mapping[str, list[UploadedFile]]

    def only_file(self, field: str = "file") -> UploadedFile:
        """Return the one file of a form. Raises AppError: no_file_uploaded, too_many_files, filename_not_exists_error."""
        found = self.files.get(field, [])
        if not found:
            raise AppError("no_file_uploaded", "Please upload your file.", 400)
        if len(found) > 1 or len(self.files) > 1:
            raise AppError("too_many_files", "Only one file is allowed.", 400)
        if not found[0].name:
            raise AppError("filename_not_exists_error", "The specified filename does not exist.", 400)
        return found[0]


def parse_form(content_type: str, length: int, body: BinaryIO) -> Form:
    """Parse a multipart body. Raises AppError no_file_uploaded for another content type, bad_request for a broken one."""
    if not content_type.lower().startswith("multipart/form-data"):
        raise AppError("no_file_uploaded", "Please upload your file: send it as multipart/form-data in the field `file`.", 400)
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(length)}
    handlers = [MemoryFileUploadHandler(), TemporaryFileUploadHandler()]
    try:
        fields, files = MultiPartParser(meta, cast(Any, body), handlers, settings.DEFAULT_CHARSET).parse()
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, SuspiciousOperation) as error:
        raise AppError("bad_request", f"The body is not a readable form: {error}", 400) from None
    plain = {name: str(fields[name]) for name in fields}
    return Form(plain, {name: cast("list[UploadedFile]", files.getlist(name)) for name in files})
