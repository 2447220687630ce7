"""Read the text of uploaded documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from workers.engine.errors import NodeError
from workers.engine.node import Chosen, Node, NodeConfig, NodeContext, NodeOutputs, Output, Reference, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, is_file

MAX_FILES = 50


class DocumentExtractorConfig(NodeConfig):
    """Settings of a document extractor. `is_array_file` is what the studio noted of the variable; the value itself decides."""

    variable_selector: Chosen = Field((), title="Files", json_schema_extra=form("文件", "variable"))
    is_array_file: bool = Field(False, title="Several files", json_schema_extra=form("多个文件", "hidden"))


class DocumentExtractorNode(Node[DocumentExtractorConfig]):
    """One text of one file, a list of texts of a list of files."""

    Config = DocumentExtractorConfig
    type = "document-extractor"
    title = {"en": "Document extractor", "zh-Hans": "文档提取器"}
    description = {"en": "Read the text of uploaded documents.", "zh-Hans": "读取上传文档中的文本。"}
    group = "data"
    icon = "file-text"
    outputs = (Output("text", "any"),)
    waits = True
    defaults = {"variable_selector": [], "is_array_file": False}

    def problems(self) -> Iterable[Problem]:
        """Check that a variable is chosen."""
        if not self.config.variable_selector:
            yield self.problem("selector_missing", "Choose the file or the list of files to read.", "variable_selector")

    def references(self) -> Iterable[Reference]:
        """List the files."""
        return (Reference(self.config.variable_selector, "variable_selector", True),)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Read one file or each of a list; an optional file that was not given is "".

        Raises NodeError variable_missing, file_expected, too_many_files and those of the files and documents ports.
        """
        given = ctx.scope.get(self.config.variable_selector)
        name = ".".join(self.config.variable_selector)
        if given is MISSING:
            raise NodeError("variable_missing", f"The variable {name} has no value here: its node did not run before this one.")
        several = isinstance(given, list) or (given is None and self.config.is_array_file)
        files = given if isinstance(given, list) else [] if given is None else [given]
        for file in files:
            if not is_file(file):
                raise NodeError("file_expected", f"The variable {name} holds something else than files: choose another one.")
        if len(files) > MAX_FILES:
            message = f"There are {len(files)} files; {MAX_FILES} can be read at once: put a list operator before this node."
            raise NodeError("too_many_files", message, details={"current": len(files), "allowed": MAX_FILES})
        # One after the other: only one file's bytes are in memory at a time.
        texts = [await self._read(ctx, file) for file in files]
        text: Any = texts if several else texts[0] if texts else ""
        return NodeOutputs({"text": text}, inputs={"variable_selector": given})

    @staticmethod
    async def _read(ctx: NodeContext, file: Mapping[str, Any]) -> str:
        content = await ctx.ports.files.read(file)
        name = _file_name(file)
        try:
            return await ctx.ports.documents.text(content, name)
        except NodeError as error:
            # Of several files the person must know which one.
            details = {**error.details, "file": name}
            raise NodeError(error.code, f"{name}: {error.message}", retryable=error.retryable, details=details) from None


def _file_name(file: Mapping[str, Any]) -> str:
    name = str(file.get("filename") or file.get("name") or "file")
    extension = str(file.get("extension") or "").lstrip(".")
    return name if not extension or name.lower().endswith(f".{extension.lower()}") else f"{name}.{extension}"
