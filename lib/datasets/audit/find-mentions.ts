/** Which values of which attributes a caption names, by word lists. */
import type { WordLists } from "./word-lists";

/** A place of a caption that names a value. */
export type Mention = {
  /** Number of the attribute in the lists, and of the value in the attribute. */
  readonly attribute: number;
  readonly value: number;
  /** Whether the caption says that it is not there: “without a red collar”. */
  readonly isNegated: boolean;
  /** First character, and the one behind the last. */
  readonly start: number;
  readonly end: number;
};

type Word = { readonly text: string; readonly start: number; readonly end: number };

type Phrase = {
  /** Of each word the forms that it may have. */
  readonly forms: readonly ReadonlySet<string>[];
  /** What it names; nothing for a phrase that is passed over. */
  readonly names: { attribute: number; value: number }[];
};

/** A negation reaches so many words: “no red or blue collar”. */
const negationReach = 4;

/** Words behind which a negation no longer reaches: “without a collar on grass”. */
const englishNegationEnds = ["but", "with", "on", "in", "at", "under", "beside", "while"];

/** Reads captions. The longest phrase at a place counts and its words count no further: “orange wall” is no “orange”. */
export class MentionFinder {
  readonly #byFirstWord = new Map<string, Phrase[]>();
  readonly #negations: ReadonlySet<string>;
  readonly #negationEnds: ReadonlySet<string>;

  constructor({ negations, negationEnds, endings, passedOver, attributes }: WordLists) {
    this.#negations = new Set(negations.map((word) => wordsOf(word)[0]?.text ?? ""));
    this.#negationEnds = new Set(negationEnds.length > 0 ? negationEnds : englishNegationEnds);
    const formsOf = (word: string, isLast: boolean) => {
      if (endings.length > 0) return new Set([word, ...endings.map((ending) => word + ending)]);
      return new Set(isLast ? [word, pluralOf(word)] : [word]);
    };
    const phrases = new Map<string, Phrase>();
    const add = (written: string): Phrase["names"] => {
      const words = wordsOf(written).map(({ text }) => text);
      const key = words.join(" ");
      const phrase = phrases.get(key) ?? {
        forms: words.map((word, at) => formsOf(word, at === words.length - 1)),
        names: [],
      };
      phrases.set(key, phrase);
      return phrase.names;
    };
    for (const written of passedOver) add(written);
    for (const [attribute, { values }] of attributes.entries()) {
      for (const [value, { words }] of values.entries()) {
        for (const written of words) {
          const names = add(written);
          const isNamed = names.some((name) => name.attribute === attribute && name.value === value);
          if (!isNamed) names.push({ attribute, value });
        }
      }
    }
    for (const phrase of phrases.values()) {
      for (const first of phrase.forms[0]!) {
        const others = this.#byFirstWord.get(first) ?? [];
        others.push(phrase);
        others.sort((a, b) => b.forms.length - a.forms.length);
        this.#byFirstWord.set(first, others);
      }
    }
  }

  /** In the caption's order. Case, hyphens and a possessive 's do not matter. */
  find(caption: string): Mention[] {
    const words = wordsOf(caption);
    const mentions: Mention[] = [];
    for (let at = 0; at < words.length; ) {
      const phrase = this.#phraseAt(words, at);
      if (!phrase) {
        at++;
        continue;
      }
      const last = at + phrase.forms.length - 1;
      const isNegated = phrase.names.length > 0 && this.#isNegated(caption, words, at);
      for (const name of phrase.names) {
        mentions.push({ ...name, isNegated, start: words[at]!.start, end: words[last]!.end });
      }
      at = last + 1;
    }
    return mentions;
  }

  #phraseAt(words: readonly Word[], at: number): Phrase | undefined {
    return this.#byFirstWord
      .get(words[at]!.text)
      ?.find(({ forms }) => forms.every((each, offset) => each.has(words[at + offset]?.text ?? "")));
  }

  #isNegated(caption: string, words: readonly Word[], at: number): boolean {
    for (let before = at - 1; before >= Math.max(0, at - negationReach); before--) {
      const word = words[before]!;
      if (/[.,;:!?()—–]/.test(caption.slice(word.end, words[before + 1]!.start))) return false;
      if (this.#negations.has(word.text)) return true;
      if (this.#negationEnds.has(word.text)) return false;
    }
    return false;
  }
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu)].map(({ 0: word, index }) => ({
    text: word.normalize().toLowerCase().replace("’", "'").replace(/'s$/, ""),
    start: index,
    end: index + word.length,
  }));
}

/** By the regular rules of English, for lists that name no endings; other forms can be listed as words of their own. */
function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:[sxz]|[cs]h)$/.test(word) ? `${word}es` : `${word}s`;
}
