"""Find out how bytes of a text are encoded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import cache

import charset_normalizer

from workers.ingestion.parsed import ParseError

SAMPLE_BYTES = 100_000
# Up to this share of a file may be broken; more, and the guess was wrong.
BROKEN_SHARE = 0.01
JUDGED_CHARS = 10_000
SURE_SCORE, POSSIBLE_SCORE = 0.6, 0.5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The commonest characters of running text: a wrong decoding of another encoding hits few of them.
_SIMPLIFIED = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理"
    "起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问"
    "意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做"
    "必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积"
    "示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近千周委素技备半办青省列习响约"
    "支般史感便团往历市克何除消构府称太准精值号率族维划选标写存候毛亲快效院查江型眼王按格养易置派层片始却专状育厂京识适属包火住调满县局照参红细引听该价严姓龄城请客户您码"
)
_TRADITIONAL = frozenset(
    "的一是不了在有人這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她里後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前"
    "所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政"
    "海口使教西再平真聽世氣信北少關並內加化由卻代軍產入先山五太水萬市眼體別處總才場師書比住員九性通目華報立馬命張活難神數件安表原車白應路期叫常提感金何更反合放做系計或司利"
    "受光王果親界及今京務制解各任至清物台象記邊共風戰接它許八特覺望直服林題建南度統色字請交愛讓認算論百義科怎元社術結六功指思非流每青管連遠資隊帶花快條院變聯言權往展該領傳"
    "近留紅治決周保達辦運半候七必城強步完革深區即求品士轉量空甚眾技輕程告江語英基派滿式息寫識極令收錢黨未持取設始版雙歷越史商千片容研像找友站廣改議形委早房音際則首單據導影"
    "網專石誰校讀志飛觀爭究包組造落視濟離雖客戶您價姓齡"
)
_JAPANESE = frozenset(
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最"
    "言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教"
    "報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革"
    "価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防補"
    "車優夫研収断井何南石足違消境神番規術護展態導鮮備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額監環験追審商葉義"
    "伝働形景落欧担好退準賞訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種美岡影命含福蔵量望松非撃佐核観察整段横融型白深字答夜製票況音申様財港識注呼"
    "渉達良響阪帰針専推谷古候史天階程満敗管値歌買突兵接請器士光討路悪科攻崎督授催細効図週積丸他及湾録処省旧室憲太橋歩離岸客風紙激否周師摘材登系批郎母易健黒火戸速存花春飛殺"
)
_LETTERS_1252 = ("àâæçèéêëîïôœùûüÿ", "äöüßé", "áéíñóúü", "ãáàâçéêíõóôúü", "àèéìòùí", "åäöæøé", "áéíóúýþðæö", "ëéèïöüáó")
_LETTERS_1250 = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "áäčďéíĺľňóôŕšťúýž")
_COMMON_SIGNS = frozenset("“”‘’„‚«»–—…€£°§©®™·•´¿¡\u00a0×½²³№　、。，．；：？！（）「」『』《》〈〉【】・ー～￥％＋－／")


def decode(content: bytes, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Return the text, the name of its encoding and warnings. `declared` is what the text says of itself; it is believed if it fits.

    Raises ParseError encoding_unknown.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _with(content, name)
    wide = _wide(content)
    if wide is not None:
        return _with(content, wide)
    try:
        return content.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as error:
        # What is UTF-8 for long stretches is damaged UTF-8: other encodings never look like it.
        if _mostly_utf8(content, error):
            return _with(content, "utf-8")
    for guess in (_known(declared), _guess(content)):
        if guess is not None:
            try:
                return _with(content, guess)
            except ParseError:
                continue
    raise ParseError("encoding_unknown", "The encoding of this text could not be found out. Save it as UTF-8 and add it again.")


def is_text(content: bytes) -> bool:
    """Tell whether bytes look like text in some encoding rather than like data."""
    sample = content[:SAMPLE_BYTES]
    if any(sample.startswith(bom) for bom, _ in _BOMS) or _wide(sample) is not None:
        return True
    control = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27))
    return control <= max(3, len(sample) * 0.002)


def _with(content: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        return content.decode(name), name.removesuffix("-sig"), ()
    except UnicodeDecodeError:
        text = content.decode(name, "replace")
    broken = text.count("\ufffd")
    if broken > max(2, len(text) * BROKEN_SHARE):
        raise ParseError("encoding_unknown", f"This text is not {name} throughout. Save it as UTF-8 and add it again.")
    warning = f"{broken} characters could not be read as {name}; they were replaced by \ufffd."
    return text, name.removesuffix("-sig"), (warning,)


def _known(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None
    # What pages call gb2312, shift_jis, latin-1 and euc-kr are in truth their supersets (WHATWG Encoding).
    wider = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "iso8859-1": "cp1252", "ascii": "cp1252", "euc_kr": "cp949"}
    name = wider.get(name, name)
    return name if name != "utf-8" and not name.startswith(("utf-16", "utf-32", "utf-7")) and _is_charset(name) else None


def _is_charset(name: str) -> bool:
    return bool(getattr(codecs.lookup(name), "_is_text_encoding", True))


def _wide(content: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark by zero bytes that stand on one side only."""
    sample = content[: SAMPLE_BYTES // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample) < 4 or not even + odd or min(even, odd) > 0:
        return None
    name = "utf-16-le" if odd else "utf-16-be"
    try:
        text = sample[: len(sample) // 2 * 2].decode(name, "ignore")
    except UnicodeDecodeError:
        return None
    strange = sum(1 for char in text[:2000] if not (char.isprintable() or char in "\r\n\t"))
    return name if strange <= len(text[:2000]) * 0.02 else None


def _mostly_utf8(content: bytes, error: UnicodeDecodeError) -> bool:
    text = content[:SAMPLE_BYTES].decode("utf-8", "replace")
    beyond = sum(1 for char in text if ord(char) > 127)
    broken = text.count("\ufffd")
    return (beyond - broken) > 10 * broken or (broken <= 1 and error.start >= len(content) - 4)


def _guess(content: bytes) -> str | None:
    sample = content[:SAMPLE_BYTES]
    best, best_score = None, 0.0
    for name, judge in _JUDGES.items():
        try:
            text = codecs.getincrementaldecoder(name)().decode(sample, final=len(sample) == len(content))
        except UnicodeDecodeError:
            continue
        beyond = [char for char in text if ord(char) > 127][:JUDGED_CHARS]
        score = judge(beyond, text) if beyond else 0.0
        if score > best_score:
            best, best_score = name, score
    if best_score < SURE_SCORE:
        found = charset_normalizer.from_bytes(sample).best()
        best = found.encoding if found is not None else best if best_score >= POSSIBLE_SCORE else None
    return best


def _share(chars: list[str], fits: Callable[[str], float]) -> float:
    return sum(1.0 if char in _COMMON_SIGNS else fits(char) for char in chars) / len(chars)


def _hangul(chars: list[str], _text: str) -> float:
    return _share(chars, lambda char: (1.0 if _standard_hangul(char) else 0.2) if "가" <= char <= "힣" else 0.1)


@cache
def _standard_hangul(char: str) -> bool:
    """Tell whether a syllable is one of the 2,350 of KS X 1001: the others hardly occur in words."""
    try:
        return bool(char.encode("euc_kr"))
    except UnicodeEncodeError:
        return False


def _chinese(common: frozenset[str]) -> Callable[[list[str], str], float]:
    def judge(chars: list[str], _text: str) -> float:
        return min(1.0, 1.25 * _share(chars, lambda char: 1.0 if char in common else 0.3 if "一" <= char <= "鿿" else 0.0))

    return judge


def _kana(chars: list[str], _text: str) -> float:
    def fits(char: str) -> float:
        if "ぁ" <= char <= "ヿ":
            return 1.0
        return 0.9 if char in _JAPANESE else 0.3 if "一" <= char <= "鿿" else 0.0

    return _share(chars, fits)


def _alphabet(first: str, last: str, common: str) -> Callable[[list[str], str], float]:
    frequent = frozenset(common)
    beside_latin = re.compile(f"[A-Za-z][{first}-{last}]|[{first}-{last}][A-Za-z]")

    def judge(chars: list[str], text: str) -> float:
        letters = sum(1 for char in chars if first <= char <= last)
        share = _share(chars, lambda char: 1.0 if char in frequent else 0.5 if first <= char <= last and char.islower() else 0.2)
        # Words are of one script.
        mixed = len(beside_latin.findall(text)) / letters if letters else 0.0
        return min(1.0, 1.1 * share) * max(0.0, 1.0 - 2 * mixed)

    return judge


def _latin(alphabets: tuple[str, ...]) -> Callable[[list[str], str], float]:
    sets = tuple(frozenset(letters + letters.upper()) for letters in alphabets)

    def judge(chars: list[str], text: str) -> float:
        share = max(_share(chars, lambda char, known=known: 1.0 if char in known else 0.0) for known in sets)  # type: ignore[misc]
        latin = sum(1 for char in text if char.isascii() and char.isalpha())
        # In these languages most letters are plain ones.
        return share * (0.98 if latin >= len(chars) else 0.5)

    return judge


_JUDGES: dict[str, Callable[[list[str], str], float]] = {
    "euc_jp": _kana,
    "cp932": _kana,
    "cp949": _hangul,
    "gb18030": _chinese(_SIMPLIFIED),
    "big5": _chinese(_TRADITIONAL),
    "cp1252": _latin(_LETTERS_1252),
    "cp1250": _latin(_LETTERS_1250),
    "cp1251": _alphabet("Ѐ", "ӿ", "оеаинтсрвлкмдпуяызь"),
    "koi8_r": _alphabet("Ѐ", "ӿ", "оеаинтсрвлкмдпуяызь"),
    "cp1253": _alphabet("Ͱ", "Ͽ", "αοιετσνηυρπκμλςάέήίόύώ"),
}
