"""How a dataset is searched: the API's retrieval model, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from backend.core.errors import AppError
from backend.knowledge.models import Technique

SearchMethod = Literal["semantic_search", "full_text_search", "hybrid_search", "keyword_search"]
TOP_K, MAX_TOP_K = 4, 100


class _Part(BaseModel):
    """Unknown keys are kept, so that what a client stored comes back whole."""

    model_config = ConfigDict(frozen=True, extra="allow")


class RerankingModel(_Part):
    """The model that orders what was found."""

    reranking_provider_name: str = ""
    reranking_model_name: str = ""

    @field_validator("*", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        return "" if value is None else value


class VectorSetting(_Part):
    """The weight of meaning."""

    vector_weight: float = Field(0.7, ge=0, le=1)
    embedding_provider_name: str | None = None
    embedding_model_name: str | None = None


class KeywordSetting(_Part):
    """The weight of words."""

    keyword_weight: float = Field(0.3, ge=0, le=1)


class Weights(_Part):
    """How much meaning and words count in a hybrid search."""

    weight_type: str | None = None
    vector_setting: VectorSetting = VectorSetting()
    keyword_setting: KeywordSetting = KeywordSetting()

    @field_validator("vector_setting", "keyword_setting", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        return {} if value is None else value


class RetrievalModel(_Part):
    """The API's RetrievalModel. `hybrid_search` without a reranking model and without weights fuses ranks."""

    search_method: SearchMethod = "hybrid_search"
    reranking_enable: bool = False
    reranking_mode: Literal["reranking_model", "weighted_score"] | None = None
    reranking_model: RerankingModel = RerankingModel()
    weights: Weights | None = None
    top_k: int = Field(TOP_K, ge=1, le=MAX_TOP_K)
    score_threshold_enabled: bool = False
    score_threshold: float | None = Field(None, ge=0, le=1)
    metadata_filtering_conditions: dict[str, Any] | None = None

    @field_validator("reranking_model", mode="before")
    @classmethod
    def _no_model(cls, value: Any) -> Any:
        return {} if value is None else value

    @field_validator("reranking_mode", mode="before")
    @classmethod
    def _no_mode(cls, value: Any) -> Any:
        return value or None

    @field_validator("score_threshold_enabled", "reranking_enable", mode="before")
    @classmethod
    def _off(cls, value: Any) -> Any:
        return False if value is None else value

    @field_validator("top_k", mode="before")
    @classmethod
    def _usual(cls, value: Any) -> Any:
        return TOP_K if value is None else value

    @property
    def threshold(self) -> float | None:
        """The least score, None where it does not count."""
        return self.score_threshold if self.score_threshold_enabled else None

    @property
    def rerank(self) -> tuple[str, str] | None:
        """Provider and name of the model that reranks, None where none shall."""
        wanted = self.reranking_enable and self.reranking_mode != "weighted_score"
        model = self.reranking_model
        return (model.reranking_provider_name, model.reranking_model_name) if wanted and model.reranking_model_name else None

    @property
    def weight_of_meaning(self) -> float | None:
        """The share of meaning in the score of a hybrid search, None where ranks are fused."""
        if self.search_method != "hybrid_search" or self.reranking_mode != "weighted_score":
            return None
        weights = self.weights or Weights()
        meaning, words = weights.vector_setting.vector_weight, weights.keyword_setting.keyword_weight
        return meaning / (meaning + words) if meaning + words else 0.5


def retrieval_model(raw: Mapping[str, Any] | None, technique: str = Technique.HIGH_QUALITY) -> RetrievalModel:
    """Read a retrieval model; a dataset without vectors is always searched by words. Raises AppError invalid_param with the field."""
    try:
        found = RetrievalModel.model_validate(dict(raw or {}))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(("retrieval_model", *map(str, first["loc"])))
        raise AppError("invalid_param", f"{field}: {first['msg']}", 400, {"field": field}) from None
    if technique == Technique.ECONOMY and found.search_method != "keyword_search":
        return found.model_copy(update={"search_method": "keyword_search"})
    return found
