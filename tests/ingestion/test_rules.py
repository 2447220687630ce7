"""The API's process rule."""

from __future__ import annotations

from typing import Any

import pytest

from workers.ingestion.rules import CleaningRules, InvalidRule, rule_from_process_rule

SEGMENTATION = {"separator": "\\n\\n###", "max_tokens": 500, "chunk_overlap": 40}


def custom(**rules: Any) -> dict[str, Any]:
    return {"mode": "custom", "rules": {"segmentation": SEGMENTATION, **rules}}


def test_automatic() -> None:
    rule = rule_from_process_rule({"mode": "automatic"}, "text_model")
    assert (rule.mode, rule.merge, rule.max_tokens) == ("general", True, 1024)
    assert rule_from_process_rule({}, "qa_model").mode == "qa"


def test_custom() -> None:
    cleaning = [{"id": "remove_extra_spaces", "enabled": True}, {"id": "remove_urls_emails", "enabled": False}, {"id": "remove_stopwords"}]
    rule = rule_from_process_rule(custom(pre_processing_rules=cleaning), "text_model", "zh")
    assert (rule.separator, rule.max_tokens, rule.overlap, rule.merge, rule.language) == ("\n\n###", 500, 40, False, "zh")
    assert rule.cleaning == CleaningRules(extra_spaces=True, urls_emails=False)


def test_hierarchical() -> None:
    given = {
        "mode": "hierarchical",
        "rules": {"segmentation": {"separator": "\n"}, "parent_mode": "full-doc", "subchunk_segmentation": {"max_tokens": 99}},
    }
    rule = rule_from_process_rule(given, "hierarchical_model")
    assert (rule.mode, rule.parent_mode, rule.child_max_tokens, rule.child_separator) == ("parent_child", "full_doc", 99, "\n")


@pytest.mark.parametrize(
    ("rule", "form", "field"),
    [
        ({"mode": "other"}, "text_model", "process_rule.mode"),
        ({"mode": "automatic"}, "other", "doc_form"),
        ({"mode": "custom"}, "text_model", "process_rule.rules.segmentation"),
        ({"mode": "custom", "rules": []}, "text_model", "process_rule.rules.segmentation"),
        ({"mode": "custom", "rules": [1]}, "text_model", "process_rule.rules"),
        (custom(segmentation={"max_tokens": 1}), "text_model", "process_rule.rules.segmentation.max_tokens"),
        (custom(segmentation={"max_tokens": True}), "text_model", "process_rule.rules.segmentation.max_tokens"),
        (custom(segmentation={"separator": 3}), "text_model", "process_rule.rules.segmentation.separator"),
        (custom(segmentation={"max_tokens": 50, "chunk_overlap": 50}), "text_model", "process_rule.rules.segmentation.chunk_overlap"),
        (custom(pre_processing_rules=[{"id": "x"}]), "text_model", "process_rule.rules.pre_processing_rules[0].id"),
        (custom(parent_mode="x"), "hierarchical_model", "process_rule.rules.parent_mode"),
    ],
)
def test_wrong_rules_name_their_field(rule: dict[str, Any], form: str, field: str) -> None:
    with pytest.raises(InvalidRule) as failure:
        rule_from_process_rule(rule, form)
    assert failure.value.field == field
