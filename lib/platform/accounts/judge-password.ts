/**
 * Whether a password is easily guessed, by zxcvbn: common passwords, words, names, dates, patterns of the keyboard and what
 * is known of its owner. It takes seconds of processor time and some 100 MB, so it runs outside the web server's process.
 */
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

/** Of the scores 0 to 4: withstands 10^8 guesses, which takes years at what sign-in allows. */
const lowestScore = 3;

/** The time grows faster than the length, and what begins well is good enough. */
const judgedCharacters = 32;

/** What everybody tries first at an installation of Semblance. */
const ownWords = ["semblance", "glide", "clip", "openai", "images", "captions", "rater", "researcher"];

let estimator: ZxcvbnFactory | undefined;

/**
 * What is wrong with a password, as sentences for the person who typed it; null for a good one.
 *
 * @param words what others know of that person, such as their name and address
 */
export function judgePassword(password: string, words: readonly string[]): string | null {
  estimator ??= new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  });
  const { score, feedback } = estimator.check(password.slice(0, judgedCharacters), [...words, ...ownWords]);
  if (score >= lowestScore) return null;
  const warning = feedback.warning ?? "This password is easy to guess.";
  return `${warning} ${feedback.suggestions[0] ?? "Add more words that are less common."}`;
}
