"""The settings of a simple app, as saved and as exchanged in files. Only what is acted upon is typed; every other key is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from workers.engine.node import Part


class Model(Part):
    """The model of the app."""

    provider: str = ""
    name: str = ""
    mode: str = "chat"
    completion_params: dict[str, Any] = Field(default_factory=dict)


class Line(Part):
    """One message of an advanced prompt."""

    role: Literal["system", "user", "assistant"] = "system"
    text: str = ""


class ChatPrompt(Part):
    """The advanced prompt of a chat model."""

    prompt: tuple[Line, ...] = ()


class Text(Part):
    """A text."""

    text: str = ""


class HistoryRoles(Part):
    """How the speakers are called where history is written into a prompt."""

    user_prefix: str = ""
    assistant_prefix: str = ""


class CompletionPrompt(Part):
    """The advanced prompt of a completion model."""

    prompt: Text = Text()
    conversation_histories_role: HistoryRoles = HistoryRoles()


class DatasetUse(Part):
    """A dataset, and whether it is used."""

    id: str = ""
    enabled: bool = True


class DatasetRow(Part):
    """A row of the list of datasets."""

    dataset: DatasetUse = DatasetUse()


class Datasets(Part):
    """The list of datasets."""

    datasets: tuple[DatasetRow, ...] = ()


class DatasetConfigs(Part):
    """What is looked up, and how; names and values are those of the retrieval node but for the nesting."""

    retrieval_model: str = "multiple"
    datasets: Datasets = Datasets()
    metadata_filtering_mode: str = "disabled"
    metadata_model_config: dict[str, Any] = Field(default_factory=dict)
    metadata_filtering_conditions: dict[str, Any] = Field(default_factory=dict)


class AgentTool(Part):
    """A tool of an agent; old files list datasets among them."""

    enabled: bool = False
    tool_name: str = ""
    dataset: DatasetUse | None = None


class AgentMode(Part):
    """The agent's tools."""

    enabled: bool = False
    tools: tuple[AgentTool, ...] = ()


class ImageUpload(Part):
    """Whether pictures may be sent, and how closely the model looks."""

    enabled: bool = False
    detail: str = "high"


class FileUpload(Part):
    """What files may be sent."""

    enabled: bool = False
    allowed_file_types: tuple[str, ...] = ()
    image: ImageUpload = ImageUpload()


class SimpleConfig(Part):
    """All settings of a simple app."""

    model: Model = Model()
    pre_prompt: str = ""
    prompt_type: str = "simple"
    chat_prompt_config: ChatPrompt = ChatPrompt()
    completion_prompt_config: CompletionPrompt = CompletionPrompt()
    user_input_form: tuple[dict[str, Any], ...] = ()
    dataset_query_variable: str = ""
    dataset_configs: DatasetConfigs = DatasetConfigs()
    agent_mode: AgentMode = AgentMode()
    external_data_tools: tuple[dict[str, Any], ...] = ()
    file_upload: FileUpload = FileUpload()

    @field_validator(
        "chat_prompt_config", "completion_prompt_config", "dataset_configs", "agent_mode", "file_upload", "model", mode="before"
    )
    @classmethod
    def _blank(cls, value: Any) -> Any:
        """Files write settings that were never made as an empty text or list."""
        return value or {}

    @field_validator("user_input_form", "external_data_tools", mode="before")
    @classmethod
    def _no_rows(cls, value: Any) -> Any:
        return value or ()

    @property
    def sees_pictures(self) -> bool:
        """True when pictures that come with a question go to the model."""
        upload = self.file_upload
        return upload.image.enabled or (upload.enabled and "image" in upload.allowed_file_types)

    @property
    def dataset_ids(self) -> list[str]:
        """The datasets that are used, each once."""
        uses = [row.dataset for row in self.dataset_configs.datasets.datasets]
        uses += [tool.dataset for tool in self.agent_mode.tools if tool.dataset is not None]
        return list(dict.fromkeys(use.id for use in uses if use.enabled and use.id))

    @property
    def tool_names(self) -> list[str]:
        """The tools that are switched on."""
        return [tool.tool_name for tool in self.agent_mode.tools if tool.enabled and tool.dataset is None]


FEATURES = (
    "opening_statement",
    "suggested_questions",
    "suggested_questions_after_answer",
    "speech_to_text",
    "text_to_speech",
    "retriever_resource",
    "annotation_reply",
    "more_like_this",
    "sensitive_word_avoidance",
    "file_upload",
)


def features_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the features of an app's settings in the shape that flows have them."""
    return {name: raw[name] for name in FEATURES if raw.get(name) is not None}
