/** The answers of a file so far, by question. */
import { SemblanceError } from "@/lib/errors";
import { strayScores } from "@/lib/questions/likert/plain-file";
import { isScore } from "@/lib/questions/likert/statistics";
import { bothBadAsTie } from "@/lib/questions/pair/plain-file";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { ranksToRanking } from "@/lib/questions/ranking/plain-file";
import { counted } from "@/lib/text/counted";
import type { FileAnswer, RankedArm, ReadRow } from "./row-reader";
import type { BadRow, QuestionVotes } from "./vote-file";

type OfQuestion = {
  type: ArmAnswer["type"];
  answers: FileAnswer[];
  /** Of each answer the line or record on which it begins. */
  numbers: number[];
  excluded: Set<string>;
  excludedAnswers: number;
};

type UnfinishedRanking = {
  question: string | null;
  seen: Omit<RankedArm, "arm" | "rank">;
  ranks: Map<string, number>;
  number: number;
};

export class CollectedAnswers {
  readonly #options: { allRaters: boolean; isBothBadTie: boolean; unit: string };
  readonly #questions = new Map<string | null, OfQuestion>();
  readonly #rankings = new Map<string, UnfinishedRanking>();
  /** Where each thing that may be answered once was answered. */
  readonly #numberOf = new Map<string, number>();

  /** @param unit what rows are counted in */
  constructor(options: { allRaters: boolean; isBothBadTie: boolean; unit: string }) {
    this.#options = options;
  }

  /** What is wrong with the answers of a row beside earlier ones, in words; null where nothing is. */
  add(rows: readonly ReadRow[]): string | null {
    for (const row of rows) {
      const fault = "ranked" in row ? this.#addRank(row) : this.#addOnce(row);
      if (fault !== null) return fault;
    }
    return null;
  }

  #addOnce({ question, isExcluded, answer, once, number }: Exclude<ReadRow, { ranked: RankedArm }>) {
    const earlier = once === null ? undefined : this.#numberOf.get(once);
    if (earlier !== undefined) {
      return `rater "${answer.rater.slice(0, 60)}" has scored the same image of "${answer.shown[0]!.slice(0, 60)}" on ${this.#options.unit} ${earlier} already (keep one, or name the column that tells the two apart: --columns item=NAME or question=NAME)`;
    }
    if (once !== null) this.#numberOf.set(once, number);
    this.#add(question, isExcluded, answer, number);
    return null;
  }

  #addRank({ question, ranked: { arm, rank, ...seen }, number }: Extract<ReadRow, { ranked: RankedArm }>) {
    const key = JSON.stringify([question, seen.caption, seen.item, seen.rater]);
    const own = this.#rankings.get(key) ?? { question, seen, ranks: new Map(), number };
    this.#rankings.set(key, own);
    if (own.ranks.has(arm)) return `"${arm.slice(0, 60)}" has a rank in this ranking already`;
    own.ranks.set(arm, rank);
    return null;
  }

  #add(question: string | null, isExcluded: boolean, answer: FileAnswer, number: number): void {
    let own = this.#questions.get(question);
    if (!own) {
      own = { type: answer.type, answers: [], numbers: [], excluded: new Set(), excludedAnswers: 0 };
      this.#questions.set(question, own);
    }
    if (isExcluded) {
      own.excluded.add(answer.rater);
      own.excludedAnswers++;
    }
    if (isExcluded && !this.#options.allRaters) return;
    own.answers.push(this.#options.isBothBadTie ? bothBadAsTie(answer) : answer);
    own.numbers.push(number);
  }

  /** Puts rankings of several rows together. @returns what only all rows together show to be wrong */
  finish(isScaleKnown: boolean): BadRow[] {
    const faults: BadRow[] = [];
    for (const { question, seen, ranks, number } of this.#rankings.values()) {
      const answer = ranksToRanking(seen, ranks);
      if (typeof answer === "string") faults.push({ line: number, reason: answer });
      else this.#add(question, false, answer, number);
    }
    for (const { answers, numbers } of isScaleKnown ? [] : this.#questions.values()) {
      const scores = answers.flatMap((answer) => (isScore(answer) ? [answer.score] : []));
      for (const { index, reason } of strayScores(scores)) {
        faults.push({
          line: numbers[index]!,
          reason: `${reason} (correct it, or say what the scale is: --scale 0-100)`,
        });
      }
    }
    return faults;
  }

  get isEmpty(): boolean {
    return this.#questions.size === 0;
  }

  /** @throws SemblanceError `invalid_file` where one question has answers of several types */
  toQuestions(fileName: string): QuestionVotes[] {
    return [...this.#questions].map(([question, { type, answers, excluded, excludedAnswers }]) => {
      const other = answers.find((answer) => answer.type !== type);
      if (other) {
        throw new SemblanceError(
          "invalid_file",
          `${fileName} holds answers of types ${type} and ${other.type} to the question “${question}”.`,
          { remedy: "Use one type per question, or a separate file for each." },
        );
      }
      return {
        question,
        type,
        answers,
        excluded: { raters: excluded.size, answers: excludedAnswers },
        excludedRaters: [...excluded],
      };
    });
  }

  notes(): string[] {
    return [...this.#questions].flatMap(([question, { excluded, excludedAnswers }]) => {
      if (excluded.size === 0) return [];
      const of = this.#questions.size > 1 ? ` to ${question}` : "";
      const said = `${counted(excludedAnswers, "answer", "answers")}${of} of ${counted(excluded.size, "excluded rater", "excluded raters")}`;
      return [
        this.#options.allRaters
          ? `${said} are counted, as requested.`
          : `${said} are left out; --all-raters counts them.`,
      ];
    });
  }
}
