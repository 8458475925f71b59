/** Captions to the tokens that GLIDE's text encoder takes: GPT-2's byte-pair vocabulary, lower-cased, padded. */
import { Tiktoken } from "js-tiktoken/lite";
import gpt2 from "js-tiktoken/ranks/gpt2";
import { SemblanceError } from "@/lib/errors";

/** Number of tokens of the vocabulary. */
export const vocabularySize = 50257;

/** The token that pads a caption; the empty caption consists of nothing else. */
export const paddingToken = 50256;

/** Number of tokens that the published models take. */
export const defaultContextLength = 128;

export interface EncodedCaption {
  /** [context]: the caption's tokens, then padding. */
  readonly tokens: BigInt64Array<ArrayBuffer>;
  /** [context]: 1 for a token of the caption, 0 for padding. */
  readonly mask: Uint8Array<ArrayBuffer>;
  /** Whether the caption had more tokens than fit, so that its end is missing. */
  readonly truncated: boolean;
}

/**
 * The reference splits text with Python's regular expressions, where white space is Unicode's property;
 * JavaScript's \s also has U+FEFF and lacks U+0085.
 */
const splitPattern = gpt2.pat_str.replaceAll("\\s", "\\p{White_Space}").replaceAll("\\S", "\\P{White_Space}");

/**
 * Merging takes time quadratic in a word's length. Even a sentence of a language without blanks is shorter.
 */
const longestWord = 1000;
const tooLongWord = new RegExp(
  [
    String.raw`\p{L}`,
    String.raw`\p{N}`,
    String.raw`[^\p{White_Space}\p{L}\p{N}]`,
    String.raw`\p{White_Space}`,
  ]
    .map((kind) => `${kind}{${longestWord + 1}}`)
    .join("|"),
  "u",
);

let encoder: Tiktoken | null = null;

function openEncoder(): Tiktoken {
  encoder ??= new Tiktoken({ ...gpt2, pat_str: splitPattern });
  return encoder;
}

function captionToTokens(caption: string): number[] {
  const text = caption.toLowerCase();
  if (tooLongWord.test(text)) {
    throw new SemblanceError(
      "invalid_input",
      `The caption "${caption.trim().slice(0, 40)}…" has a run of more than ${longestWord} characters of one kind.`,
      { remedy: "Put spaces between the words, or shorten the caption." },
    );
  }
  // No special token is recognised: "<|endoftext|>" in a caption is text like any other.
  return openEncoder().encode(text, [], []);
}

export type TokenPiece = {
  /** As the model reads it: in lower case, with the blank before it. */
  readonly text: string;
  /** More than 1 where a single character takes several tokens. */
  readonly tokens: number;
  /** Whether it is within the model's context; what is not is cut off. */
  readonly isRead: boolean;
};

/**
 * A caption in the pieces that its tokens stand for; together, their texts are the caption in lower case. Throws as countTokens.
 *
 * @param context number of tokens that the model takes
 */
export function tokenPieces(caption: string, context: number = defaultContextLength): TokenPiece[] {
  // Half a surrogate pair has no bytes of its own; the tokenizer takes it for this sign as well.
  const text = caption.toLowerCase().replaceAll(/\p{Surrogate}/gu, "\uFFFD");
  const pieces: TokenPiece[] = [];
  let [begin, piece] = [0, [] as number[]];
  for (const [index, token] of captionToTokens(text).entries()) {
    piece.push(token);
    const read = openEncoder().decode(piece);
    // A part of a character is decoded to something else.
    if (!text.startsWith(read, begin)) continue;
    pieces.push({ text: read, tokens: piece.length, isRead: index < context });
    begin += read.length;
    piece = [];
  }
  return pieces;
}

/**
 * The number of tokens of a caption, without padding.
 *
 * @throws SemblanceError invalid_input for a run of over 1,000 letters, digits, signs or blanks.
 */
export function countTokens(caption: string): number {
  return captionToTokens(caption).length;
}

/**
 * Words and numbers of a caption that a model with these taught tokens has never seen: those with at least one token that
 * is not among them. Lower-cased, each once, in order. Throws as countTokens.
 *
 * @param taught see readTaughtTokens; null: the whole vocabulary
 */
export function untaughtWords(caption: string, taught: ReadonlySet<number> | null): string[] {
  if (taught === null) return [];
  // A word is encoded by itself, with the blank before it, so tokens never extend beyond it.
  const words = caption.toLowerCase().match(new RegExp(splitPattern, "gu")) ?? [];
  const untaught = words.filter(
    (word) => /[\p{L}\p{N}]/u.test(word) && captionToTokens(word).some((token) => !taught.has(token)),
  );
  return [...new Set(untaught.map((word) => word.trim()))];
}

/**
 * The tokens of a caption, cut or padded to `context` of them. Throws as countTokens.
 *
 * Source: openai/glide-text2im, glide_text2im/tokenizer/bpe.py; there is no begin or end mark.
 *
 * @param ending follows the caption; where both are too long, the caption is cut
 */
export function encodeCaption(
  caption: string,
  context: number = defaultContextLength,
  ending = "",
): EncodedCaption {
  const last = ending === "" ? [] : captionToTokens(ending);
  const all = [...captionToTokens(caption), ...last];
  const room = Math.max(0, Math.min(all.length, context) - last.length);
  const kept = [...all.slice(0, room), ...last].slice(0, context);
  const encoded = emptyCaption(context);
  kept.forEach((token, position) => {
    encoded.tokens[position] = BigInt(token);
  });
  encoded.mask.fill(1, 0, kept.length);
  return { ...encoded, truncated: all.length > context };
}

/** What stands for "no caption", in training and as the unconditional half of guidance: padding only. */
export function emptyCaption(context: number = defaultContextLength): EncodedCaption {
  return {
    tokens: new BigInt64Array(context).fill(BigInt(paddingToken)),
    mask: new Uint8Array(context),
    truncated: false,
  };
}
