"""The settings of a new simple app."""

from __future__ import annotations

from typing import Any

from backend.studio.models import Mode


def blank_config(mode: str) -> dict[str, Any]:
    """Return settings that run at once on the demo model."""
    completes = mode == Mode.COMPLETION
    variable = {"variable": "text", "label": "Text", "required": True, "max_length": 20_000, "default": ""}
    config: dict[str, Any] = {
        "model": {"provider": "demo", "name": "demo-chat", "mode": "chat", "completion_params": {"temperature": 0.7}},
        "prompt_type": "simple",
        "pre_prompt": "Summarise this text in three sentences:\n\n{{text}}" if completes else "You are a helpful assistant.",
        "chat_prompt_config": {},
        "completion_prompt_config": {},
        "user_input_form": [{"paragraph": variable}] if completes else [],
        "dataset_query_variable": "",
        "dataset_configs": {
            "retrieval_model": "multiple",
            "top_k": 4,
            "score_threshold_enabled": False,
            "score_threshold": None,
            "reranking_enable": False,
            "datasets": {"datasets": []},
        },
        "agent_mode": {"enabled": mode == Mode.AGENT, "strategy": "function_call", "max_iteration": 5, "prompt": None, "tools": []},
        "opening_statement": "",
        "suggested_questions": [],
        "suggested_questions_after_answer": {"enabled": False},
        "speech_to_text": {"enabled": False},
        "text_to_speech": {"enabled": False, "voice": "", "language": ""},
        "retriever_resource": {"enabled": True},
        "annotation_reply": {"enabled": False},
        "more_like_this": {"enabled": False},
        "sensitive_word_avoidance": {"enabled": False, "type": "", "configs": []},
        "external_data_tools": [],
        "file_upload": {
            "image": {"enabled": False, "number_limits": 3, "detail": "high", "transfer_methods": ["remote_url", "local_file"]}
        },
    }
    return {"model_config": config}
