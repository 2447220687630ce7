"""What the studio gets to see of an app's use."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.runs.models import Rating, Source, State


class AskerOutput(serializers.Serializer[Any]):
    """Who asked: an end user by the caller's own name, or a member of the workspace."""

    kind = serializers.ChoiceField(("end_user", "member"))
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_blank=True)


class RatingsOutput(serializers.Serializer[Any]):
    """How often answers were rated."""

    likes = serializers.IntegerField()
    dislikes = serializers.IntegerField()


class ConversationRowOutput(serializers.Serializer[Any]):
    """A conversation in the log. `state`, `source` and `version_number` are those of its latest turn."""

    class Match(serializers.Serializer[Any]):
        """Where the search words occur: a turn, and the text around the first of them."""

        message_id = serializers.UUIDField()
        excerpt = serializers.CharField()

    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True, help_text="The start of the first question.")
    asker = AskerOutput(allow_null=True)
    source = serializers.ChoiceField(Source.choices, allow_null=True)  # type: ignore[assignment]  # a field called like an attribute of Field
    state = serializers.ChoiceField(State.choices, allow_null=True)
    version_number = serializers.IntegerField(allow_null=True)
    turns = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Turns that failed.")
    user_ratings = RatingsOutput()
    member_ratings = RatingsOutput()
    annotated = serializers.IntegerField(help_text="Answers that were corrected by an annotation.")
    tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()
    match = Match(allow_null=True)
    deleted = serializers.BooleanField(help_text="The end user has put it away.")
    created_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField(help_text="The latest activity.")


class FeedbackOutput(serializers.Serializer[Any]):
    """A rating of an answer; `account` is the member who rated, null for the end user."""

    class Account(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        name = serializers.CharField()

    rating = serializers.ChoiceField(Rating.choices)
    content = serializers.CharField(allow_blank=True)
    account = Account(allow_null=True)
    updated_at = serializers.DateTimeField()


class AnnotationOutput(serializers.Serializer[Any]):
    """An answer that people have set for a question."""

    id = serializers.UUIDField()
    question = serializers.CharField()
    answer = serializers.CharField()
    message_id = serializers.UUIDField(allow_null=True, help_text="The answer that it corrects.")
    conversation_id = serializers.UUIDField(allow_null=True)
    hit_count = serializers.IntegerField()
    last_hit_at = serializers.DateTimeField(allow_null=True)
    embedded = serializers.BooleanField(help_text="Whether questions are compared with it already.")
    author = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TurnOutput(serializers.Serializer[Any]):
    """A question and its answer as the asker saw them, and what people and the platform know about it."""

    class Error(serializers.Serializer[Any]):
        code = serializers.CharField()
        message = serializers.CharField()

    class AnsweredBy(serializers.Serializer[Any]):
        """The annotation that answered in place of the flow."""

        annotation_id = serializers.UUIDField()
        author = serializers.CharField(allow_blank=True)
        score = serializers.FloatField(allow_null=True)

    id = serializers.UUIDField()
    run_id = serializers.UUIDField()
    parent_id = serializers.UUIDField(allow_null=True)
    version_number = serializers.IntegerField(allow_null=True)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]  # a field called like an attribute of Field
    state = serializers.ChoiceField(State.choices)
    inputs = serializers.DictField()
    query = serializers.CharField(allow_blank=True)
    files = serializers.ListField(child=serializers.DictField(), help_text="File objects with addresses that open them for a while.")
    answer = serializers.CharField(allow_blank=True)
    citations = serializers.ListField(child=serializers.DictField(), help_text="The pieces of knowledge behind the answer.")
    error = Error(allow_null=True)
    user_feedback = FeedbackOutput(allow_null=True)
    member_feedback = FeedbackOutput(many=True)
    annotation = AnnotationOutput(allow_null=True)
    answered_by = AnsweredBy(allow_null=True)
    prompt_tokens = serializers.IntegerField()
    answer_tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()
    latency_s = serializers.FloatField()
    first_token_s = serializers.FloatField(allow_null=True)
    created_at = serializers.DateTimeField()


class ConversationOutput(ConversationRowOutput):
    """A conversation with its turns, oldest first."""

    class Other(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        name = serializers.CharField(allow_blank=True)
        last_at = serializers.DateTimeField()

    inputs = serializers.DictField()
    introduction = serializers.CharField(allow_blank=True)
    messages = TurnOutput(many=True)
    earlier = serializers.BooleanField(help_text="Whether there are turns before these; `before` asks for them.")
    others = Other(many=True, help_text="Other conversations of the same asker with this app, newest first.")
