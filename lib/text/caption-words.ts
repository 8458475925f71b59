/** The words of a caption, and which of them say something of an image. */

/** English and German words that say nothing of what an image shows. */
const emptyWords = new Set(
  (
    "a an the of in on at by to with and or its his her their is are while as from into next some " +
    "ein eine einen einem einer der die das den dem des im in am an auf mit und oder von vor bei zu sein seine ist sind"
  ).split(" "),
);

/** Lower-cased, each once. */
export function captionWords(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

export function isContentWord(word: string): boolean {
  return !emptyWords.has(word);
}
