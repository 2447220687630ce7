"""The bodies of the knowledge endpoints. Fields without effect here are accepted and ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Technique = Literal["high_quality", "economy"]
Form = Literal["text_model", "hierarchical_model", "qa_model"]
Permission = Literal["only_me", "all_team_members", "partial_members"]


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("has the character U+0000, which cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]


class Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Settings(Body):
    """What a new document may decide for its dataset."""

    indexing_technique: Technique | None = None
    doc_form: Form | None = None
    doc_language: Text = "English"
    process_rule: dict[str, Any] | None = None
    retrieval_model: dict[str, Any] | None = None
    embedding_model: Text | None = None
    embedding_model_provider: Text | None = None


class CreateDataset(Body):
    name: Name
    description: Annotated[Text, Field(max_length=400)] = ""
    indexing_technique: Technique | None = None
    permission: Permission | None = "only_me"
    provider: Literal["vendor", "external"] = "vendor"
    embedding_model: Text | None = None
    embedding_model_provider: Text | None = None
    retrieval_model: dict[str, Any] | None = None


class Member(Body):
    user_id: Text


class UpdateDataset(Body):
    name: Name | None = None
    description: Annotated[Text, Field(max_length=400)] | None = None
    indexing_technique: Technique | None = None
    permission: Permission | None = None
    embedding_model: Text | None = None
    embedding_model_provider: Text | None = None
    retrieval_model: dict[str, Any] | None = None
    partial_member_list: list[Member] | None = None


class Retrieve(Body):
    query: Annotated[Text, Field(min_length=1, max_length=250)]
    retrieval_model: dict[str, Any] | None = None


class CreateByText(Settings):
    name: Annotated[Text, Field(min_length=1)]
    text: Text
    original_document_id: Text | None = None


class CreateByFile(Settings):
    original_document_id: Text | None = None


class UpdateByText(Settings):
    name: Text | None = None
    text: Text | None = None


class UpdateByFile(Settings):
    name: Text | None = None


class DocumentIds(Body):
    document_ids: list[Text] = Field(min_length=1)


class NewSegment(Body):
    content: Text
    answer: Text | None = None
    keywords: list[Text] | None = None


class NewSegments(Body):
    segments: list[NewSegment] = Field(min_length=1)


class SegmentChange(Body):
    content: Text | None = None
    answer: Text | None = None
    keywords: list[Text] | None = None
    enabled: bool | None = None
    regenerate_child_chunks: bool = False


class UpdateSegment(Body):
    segment: SegmentChange


class ChildContent(Body):
    content: Text


class TagName(Body):
    name: Annotated[Text, Field(min_length=1, max_length=50)]


class TagRename(TagName):
    tag_id: Text


class TagId(Body):
    tag_id: Text


class TagBinding(Body):
    tag_ids: list[Text] = Field(min_length=1)
    target_id: Text


class TagUnbinding(Body):
    tag_ids: list[Text] | None = None
    tag_id: Text | None = None
    target_id: Text


class NewField(Body):
    type: Literal["string", "number", "time"]
    name: Text


class FieldName(Body):
    name: Text


class MetadataValue(Body):
    id: Text
    name: Text = ""
    value: Any = None


class DocumentMetadata(Body):
    document_id: Text
    metadata_list: list[MetadataValue]
    partial_update: bool = False


class MetadataOperations(Body):
    operation_data: list[DocumentMetadata]
