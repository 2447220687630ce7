"""Documents from upload to index, through the real parser children and the real embedded index."""

from __future__ import annotations

import pytest

from backend.knowledge.models import ChildChunk, Document, Removal, Segment, SegmentStatus, Stage
from backend.knowledge.services.datasets import dataset_delete, dataset_reindex, dataset_update
from backend.knowledge.services.documents import (
    document_cancel,
    document_retry,
    document_update_text,
    documents_delete,
)
from backend.knowledge.services.segments import segment_update, segments_create, segments_delete
from tests.fakes.provider import Reply
from tests.processes import wait_until
from tests.tasks.knowledge import RULE, Library, library

__all__ = ["library"]

ABC = "Alpha is the first letter.\n\nBeta is the second letter.\n\nGamma is the third letter."


def test_a_text_becomes_pieces_with_points(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.index(document)
    assert library.pieces(document) == ABC.split("\n\n")
    assert (document.done, document.total, document.embedded, document.reused) == (3, 3, 3, 0)
    assert document.active_revision == document.revision == 1
    assert document.collection == "openai-compatible/emb/32"
    assert document.parsed_at
    assert document.completed_at
    assert document.word_count == sum(map(len, ABC.split("\n\n")))
    rows = Segment.scoped(library.workspace.id).filter(document=document)
    assert library.points(dataset) == set(rows.values_list("point_id", flat=True))
    assert set(rows.values_list("status", flat=True)) == {SegmentStatus.COMPLETED}
    dataset.refresh_from_db()
    assert dataset.dimensions == 32


def test_a_changed_text_embeds_only_what_changed(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.index(document)
    before = library.points(dataset)
    asked = len(library.embedded_texts())
    document_update_text(document=document, text="Delta is new.\n\n" + ABC.replace("second", "2nd"))
    library.index(document)
    assert library.embedded_texts()[asked:] == ["Delta is new.", "Beta is the 2nd letter."]
    assert (document.embedded, document.reused, document.revision, document.active_revision) == (2, 2, 2, 2)
    library.settle()
    assert len(library.points(dataset) & before) == 2
    assert len(library.points(dataset)) == 4
    assert Segment.scoped(library.workspace.id).filter(document=document).count() == 4


def test_economy_needs_no_model(library: Library) -> None:
    dataset = library.dataset(indexing_technique="economy")
    document = library.text(dataset, ABC)
    library.index(document)
    assert document.collection == "text"
    assert library.embedded_texts() == []
    assert len(library.points(dataset, "text")) == 3


def test_parents_and_children(library: Library) -> None:
    dataset = library.dataset(doc_form="hierarchical_model")
    rules = {
        "parent_mode": "paragraph",
        "segmentation": {"separator": "\n\n", "max_tokens": 200},
        "subchunk_segmentation": {"separator": "\n", "max_tokens": 100},
    }
    text = "Cats purr.\nCats sleep.\n\nDogs bark.\nDogs run."
    document = library.text(dataset, text, process_rule={"mode": "hierarchical", "rules": rules})
    library.index(document)
    assert library.pieces(document) == text.split("\n\n")
    children = ChildChunk.scoped(library.workspace.id).filter(document=document)
    assert sorted(children.values_list("content", flat=True)) == ["Cats purr.", "Cats sleep.", "Dogs bark.", "Dogs run."]
    assert library.points(dataset) == set(children.values_list("point_id", flat=True))
    assert document.total == 4
    segments_create(document=document, rows=[{"content": "Birds sing.\nBirds fly."}])
    library.settle()
    assert set(children.values_list("status", flat=True)) == {SegmentStatus.COMPLETED}
    assert len(library.points(dataset)) == children.count() > 4


def test_pairs_are_made_by_the_default_model(library: Library) -> None:
    library.provider.script("writer", '[{"question": "Which letter is first?", "answer": "Alpha."}]')
    dataset = library.dataset(doc_form="qa_model")
    document = library.text(dataset, "Alpha is the first letter.")
    library.index(document)
    segment = Segment.scoped(library.workspace.id).get(document=document)
    assert (segment.content, segment.answer) == ("Which letter is first?", "Alpha.")
    assert library.embedded_texts()[-1] == "Which letter is first?"
    asked = library.provider.calls["writer"]
    document_update_text(document=document, process_rule=RULE)
    library.index(document)
    assert library.provider.calls["writer"] == asked, "an answer that was paid for is used again"


def test_files_of_many_formats_and_names(library: Library) -> None:
    dataset = library.dataset()
    given = {
        "报告 第一章.md": "# 退款\n\n我们的退款政策适用于三十天内的购买。".encode(),
        "メモ.txt": ("東京の天気はどうですか。明日は雨が降るそうです。傘を持って出かけましょう。" * 3).encode("shift_jis"),
        "Zażółć.html": "<h1>Łódź</h1><p>Zażółć gęślą jaźń.</p>".encode(),
        "prices.csv": b"item,price\ntea,3\ncoffee,4\n",
    }
    documents = [library.file(dataset, content, name) for name, content in given.items()]
    library.index(*documents)
    texts = {document.name: " ".join(library.pieces(document)) for document in documents}
    assert "退款政策" in texts["报告 第一章.md"]
    assert "天気" in texts["メモ.txt"]
    assert "gęślą" in texts["Zażółć.html"]
    assert "coffee" in texts["prices.csv"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "file_empty"),
        ("broken.pdf", b"%PDF-1.7\nnothing of it is true", "file_damaged"),
        ("program.exe", b"MZ\x90\x00" + b"\x00" * 200, "unsupported_file_type"),
    ],
)
def test_a_bad_file_ends_in_words_and_others_go_on(library: Library, name: str, content: bytes, code: str) -> None:
    dataset = library.dataset()
    bad, good = library.file(dataset, content, name), library.text(dataset, ABC)
    library.offer(bad, good)
    library.wait_for(bad, Stage.ERROR)
    assert bad.error["code"] == code
    assert len(bad.error["message"]) > 10
    library.wait_for(good)
    assert bad.active_revision == 0


def test_an_embedding_api_that_fails_is_named_and_retry_goes_on(library: Library) -> None:
    library.provider.script("emb", Reply(status=401))
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.index(document, stage=Stage.ERROR)
    assert document.error["code"] == "provider_unauthorized"
    assert Segment.scoped(library.workspace.id).filter(document=document).count() == 3, "the pieces are kept"
    library.provider.script("emb")
    assert document_retry(document=document)
    library.index(document)
    assert document.embedded == 3
    assert not document_retry(document=document)


def test_vectors_of_another_size_are_refused(library: Library) -> None:
    dataset = library.dataset()
    library.index(library.text(dataset, ABC))
    type(dataset).unscoped.filter(id=dataset.id).update(dimensions=16)
    document = library.text(dataset, "Other words.")
    library.index(document, stage=Stage.ERROR)
    assert document.error["code"] == "embedding_size_changed"
    assert "16" in document.error["message"]
    assert "32" in document.error["message"]


def test_deleting_in_the_middle_leaves_nothing(library: Library) -> None:
    library.provider.script("emb", Reply(hang_after=0))
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.offer(document)
    wait_until(lambda: library.embedded_texts() != [], "the model to be asked")
    documents_delete(dataset=dataset, document_ids=[document.id])
    library.provider.release()
    library.settle()
    assert library.points(dataset) == set()
    assert not Segment.scoped(library.workspace.id).exists()


def test_cancel_and_retry(library: Library) -> None:
    library.provider.script("emb", Reply(hang_after=0))
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.offer(document)
    wait_until(lambda: library.embedded_texts() != [], "the model to be asked")
    assert document_cancel(document=document)
    library.look()
    library.provider.release()
    library.provider.script("emb")
    wait_until(lambda: not library.worker.running, "the work to end")
    document.refresh_from_db()
    assert (document.stage, document.active_revision) == (Stage.PAUSED, 0)
    assert document_retry(document=document)
    library.index(document)
    assert document.active_revision == 1


def test_a_change_in_the_middle_wins(library: Library) -> None:
    library.provider.script("emb", Reply(hang_after=0))
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.offer(document)
    wait_until(lambda: library.embedded_texts() != [], "the model to be asked")
    document_update_text(document=document, text="Only this.")
    library.provider.script("emb")
    library.provider.release()
    library.settle()
    library.wait_for(document)
    assert library.pieces(document) == ["Only this."]
    library.settle()
    assert len(library.points(dataset)) == 1


def test_another_embedding_model_embeds_all_anew_without_a_gap(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.index(document)
    segment_update(segment=Segment.scoped(library.workspace.id).get(content__startswith="Alpha"), content="Alpha, edited.")
    library.settle()
    dataset_update(dataset=dataset, embedding_provider="openai-compatible", embedding_model="emb-b")
    document.refresh_from_db()
    assert (document.collection, document.dirty) == ("openai-compatible/emb/32", True)
    library.settle()
    document.refresh_from_db()
    assert document.collection == "openai-compatible/emb-b/32"
    library.settle()
    assert library.points(dataset, "openai-compatible/emb/32") == set()
    assert len(library.points(dataset, "openai-compatible/emb-b/32")) == 3
    assert "Alpha, edited." in library.pieces(document), "what people edited is not cut again"


def test_edits_of_pieces_reach_the_index(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.index(document)
    asked = len(library.embedded_texts())
    rows = Segment.scoped(library.workspace.id).filter(document=document)
    segment_update(segment=rows.get(content__startswith="Beta"), content="Beta was edited.", keywords=["b"])
    segments_create(document=document, rows=[{"content": "Delta was added."}])
    segments_delete(document=document, segment_ids=[rows.get(content__startswith="Gamma").id])
    library.settle()
    assert sorted(library.embedded_texts()[asked:]) == ["Beta was edited.", "Delta was added."]
    assert library.pieces(document) == ["Alpha is the first letter.", "Beta was edited.", "Delta was added."]
    assert library.points(dataset) == set(rows.values_list("point_id", flat=True))
    assert set(rows.values_list("status", flat=True)) == {SegmentStatus.COMPLETED}


def test_reindex_brings_back_what_the_index_lost(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    library.index(document)
    before = library.points(dataset)

    async def lose() -> None:
        from backend.knowledge.vectors_store import store

        await store().delete(document.collection, dataset.workspace_id, ids=sorted(before)[:2])

    library.loop.submit(lose()).result(10)
    asked = len(library.embedded_texts())
    assert dataset_reindex(dataset=dataset) == 1
    library.settle()
    assert library.points(dataset) == before
    assert len(library.embedded_texts()) == asked + 2


def test_a_deleted_dataset_leaves_the_index(library: Library) -> None:
    dataset, other = library.dataset(), library.dataset("Others")
    documents = library.text(dataset, ABC), library.text(other, ABC)
    library.index(*documents)
    dataset_id = dataset.id
    dataset_delete(dataset=dataset)
    library.settle()
    dataset.id = dataset_id
    assert library.points(dataset) == set()
    assert len(library.points(other)) == 3
    assert set(Removal.unscoped.filter(dataset_id=dataset_id).values_list("passes", flat=True)) == {1}, "it is looked at once more later"


def test_the_documents_of_a_dead_worker_go_on_here(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, ABC)
    Document.unscoped.filter(id=document.id).update(owner="w9", epoch=3, stage=Stage.PARSING)
    library.look("w9")
    document.refresh_from_db()
    assert document.owner == "w9", "alive: nobody takes it away"
    library.look()
    library.wait_for(document)
    assert document.epoch > 3


def test_after_too_many_attempts_it_fails(library: Library) -> None:
    document = library.text(library.dataset(), ABC)
    Document.unscoped.filter(id=document.id).update(attempts=3)
    library.index(document, stage=Stage.ERROR)
    assert document.error["code"] == "worker_lost"
