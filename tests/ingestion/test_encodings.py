"""Texts of many languages in their encodings."""

from __future__ import annotations

import pytest

from workers.ingestion.encodings import decode
from workers.ingestion.parsed import ParseError

CHINESE = "人工智能正在改变我们的生活方式。今天的会议讨论了产品的定价策略，请查收附件。"
TRADITIONAL = "人工智慧正在改變我們的生活方式。今天的會議討論了產品的定價策略，請查收附件。"
JAPANESE = "人工知能は私たちの生活を変えています。会議の資料をご確認ください。カタカナも。"
KOREAN = "인공지능은 우리의 삶을 변화시키고 있습니다. 회의 자료를 확인해 주세요."
POLISH = "Zażółć gęślą jaźń. Spotkanie odbędzie się w środę w łódzkim biurze."
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Schůzka se koná ve středu."
RUSSIAN = "Искусственный интеллект меняет нашу жизнь. Встреча в среду."
FRENCH = "L’intelligence artificielle change notre façon de vivre. Déjà vu, garçon, Noël, œuvre."
GERMAN = "Die Künstliche Intelligenz verändert unser Leben. Straße, Größe, Übung für alle."
ENGLISH = "It’s a “test” — the cost is €5."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        ("姓名,年龄,城市\n张三,25,北京\n", "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        ("姓名,城市\n張三,臺北\n", "big5"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("これはてすとです", "cp932"),
        ("商品名,価格\nりんご,100円\n", "euc_jp"),
        (KOREAN, "cp949"),
        (POLISH, "cp1250"),
        ("Imię,Miasto\nŁukasz,Łódź\n", "cp1250"),
        (CZECH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (FRENCH, "cp1252"),
        (GERMAN, "cp1252"),
        (ENGLISH, "cp1252"),
        *[(CHINESE + ENGLISH, name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")],
    ],
)
@pytest.mark.parametrize("times", [1, 300])
def test_texts_are_not_mangled(text: str, encoding: str, times: int) -> None:
    assert decode((text * times).encode(encoding))[0] == text * times


def test_a_declaration_is_believed_when_it_fits() -> None:
    assert decode("žluť".encode("cp1250"), "windows-1250")[:2] == ("žluť", "cp1250")
    assert decode("žluť".encode(), "windows-1250")[:2] == ("žluť", "utf-8")
    assert decode("早".encode("gb18030"), "gb2312")[0] == "早"
    assert decode(b"caf\xe9 cr\xe8me", "no-such-charset")[0] == "café crème"


def test_a_few_broken_signs_are_replaced_and_told() -> None:
    text, encoding, warnings = decode((CHINESE * 50).encode()[:-1])
    assert (encoding, text[-1]) == ("utf-8", "\ufffd")
    assert warnings == ("1 characters could not be read as utf-8; they were replaced by \ufffd.",)


def test_noise_is_no_text() -> None:
    with pytest.raises(ParseError) as failure:
        decode(bytes((number * 7919 + number // 3) % 256 for number in range(1, 5000)))
    assert failure.value.code == "encoding_unknown"
