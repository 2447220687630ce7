/** Words of a question in a text. Pure. */

export interface Part {
  text: string;
  hit: boolean;
}

/** Words that stand in most sentences: marking them would mark nothing. */
const COMMON = new Set(
  "a an and are as at be but by can do does for from had has have how i if in is it its may me my no not of on or our shall should so than that the their them then there these they this to was we were what when where which who why will with would you your".split(
    " ",
  ),
);
const COMMON_HAN = new Set("的了是在和与或吗呢吧什么怎么如何哪些多少请问我你他们这那有可以");
const HAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const SHORTEST_STEM = 4;

const plain = (text: string) => text.normalize("NFKC").toLowerCase();

/** What of a question is worth marking: its words without the usual ones, in lower case, the longest first. */
export function termsOf(question: string): string[] {
  const terms = new Set<string>();
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(plain(question))) {
    if (!isWordLike) continue;
    if (HAN.test(segment)) {
      if ([...segment].some((letter) => !COMMON_HAN.has(letter))) terms.add(segment);
    } else if (!COMMON.has(segment) && (segment.length > 1 || /\p{N}/u.test(segment))) {
      terms.add(segment);
    }
  }
  return [...terms].sort((a, b) => b.length - a.length);
}

/** A word and its forms: «visitor» marks «visitors», «visits» marks «visiting». */
function sameWord(word: string, term: string): boolean {
  if (word === term) return true;
  return [term, term.replace(/(?:ies|es|s|ed|ing|y)$/, "")].some((stem) => {
    const rest = word.slice(stem.length);
    return stem.length >= SHORTEST_STEM && word.startsWith(stem) && /^(?:s|es|ed|ing|y|ies|ied|e)?$/.test(rest);
  });
}

/** Splits a text at the words of a question. Widths and cases of letters do not count, the text itself stays as it is. */
export function markTerms(text: string, terms: readonly string[]): Part[] {
  if (terms.length === 0) return [{ text, hit: false }];
  const han = terms.filter((term) => HAN.test(term));
  const words = terms.filter((term) => !HAN.test(term));
  const hits = [...hanHits(text, han), ...wordHits(text, words)].sort((a, b) => a[0] - b[0]);
  const parts: Part[] = [];
  let at = 0;
  for (const [start, end] of hits) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    if (from > at) parts.push({ text: text.slice(at, from), hit: false });
    const last = parts.at(-1);
    if (last?.hit && from === at) last.text += text.slice(from, end);
    else parts.push({ text: text.slice(from, end), hit: true });
    at = end;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), hit: false });
  return parts;
}

function* hanHits(text: string, terms: readonly string[]): Generator<[number, number]> {
  for (const term of terms) {
    for (let at = text.indexOf(term); at !== -1; at = text.indexOf(term, at + term.length)) yield [at, at + term.length];
  }
}

function* wordHits(text: string, terms: readonly string[]): Generator<[number, number]> {
  if (terms.length === 0) return;
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const word = plain(match[0]);
    if (terms.some((term) => sameWord(word, term))) yield [match.index, match.index + match[0].length];
  }
}
