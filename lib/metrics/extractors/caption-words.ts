/** Joins the pieces into which a tokenizer splits a caption back into words. */

/** CLIP's byte-pair vocabulary marks the pieces that end a word so. */
const WORD_END = "</w>";

/**
 * The words of a caption with the index of their last token. Punctuation alone is not a word, nor is one whose end was
 * cut off.
 *
 * @param tokens the caption's tokens without its marks
 * @param textOf the text of the tokens from `first` up to, not including, `end`
 */
export function captionWords(
  tokens: readonly string[],
  textOf: (first: number, end: number) => string,
): { word: string; lastToken: number }[] {
  const words: { word: string; lastToken: number }[] = [];
  let first = 0;
  tokens.forEach((token, at) => {
    if (!token.endsWith(WORD_END)) return;
    const word = textOf(first, at + 1);
    if (/[\p{L}\p{N}]/u.test(word)) words.push({ word, lastToken: at });
    first = at + 1;
  });
  return words;
}
