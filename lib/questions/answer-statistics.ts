/** Statistics of answers to a question of any type. */
import type { StandingsOptions } from "@/lib/statistics/answer-model";
import { itemsByAgreement, type JudgedItem } from "@/lib/statistics/item-agreement";
import type { TimedAnswer } from "@/lib/statistics/rater-flags";
import {
  type OfKnownRater,
  type Sensitivity,
  type SensitivityOptions,
  sensitivityUnder,
} from "@/lib/statistics/sensitivity";
import { type ModelStandings, standingsUnder } from "@/lib/statistics/standings";
import type { Vote } from "@/lib/statistics/vote";
import { type ArmAnswer, type QuestionTypeName, questionTypes } from "./question-types";

export type Standings = ModelStandings & { readonly questionType: QuestionTypeName };

/** As `standingsUnder`, under the model of the question's type. @param answers all of that type */
export function computeStandings(
  questionType: QuestionTypeName,
  answers: readonly ArmAnswer[],
  options: StandingsOptions,
): Standings {
  return { ...standingsUnder(questionTypes[questionType].statistics, answers, options), questionType };
}

/** An answer with what is known of its rater. */
export type SensitiveAnswer = ArmAnswer & OfKnownRater;

/** As `sensitivityUnder`, under the model of the question's type. @param answers all of that type */
export function sensitivityOf(
  questionType: QuestionTypeName,
  answers: readonly SensitiveAnswer[],
  options: SensitivityOptions,
): Sensitivity | null {
  return sensitivityUnder(questionTypes[questionType].statistics, answers, options);
}

/** Every comparison of two arms that the answers contain. @param answers all of one type */
export function impliedVotes(answers: readonly ArmAnswer[]): Vote[] {
  return answers[0] ? modelOf(answers[0]).impliedVotes(answers) : [];
}

/** How alike two answers to one item are, from 0 to 1; answers of two types are not. */
export function answerLikeness(one: ArmAnswer, other: ArmAnswer): number {
  return one.type === other.type ? modelOf(one).likeness(one, other) : 0;
}

/** The answer as `flagRaters` reads it. */
export function toTimedAnswer(answer: ArmAnswer, latencyMs: number | undefined): TimedAnswer {
  const { rater, caption, shown } = answer;
  const model = modelOf(answer);
  const [comparison] = model.hasSides && shown.length === 2 ? model.impliedVotes([answer]) : [];
  return {
    rater,
    winner: model.pattern(answer),
    caption,
    shown,
    ...(comparison ? { side: comparison.winner } : {}),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

/** As `itemsByAgreement`. @param answers all of one question */
export function agreementExamples<Answer extends ArmAnswer>(
  answers: readonly Answer[],
  count: number,
): { strongest: JudgedItem<Answer>[]; weakest: JudgedItem<Answer>[] } {
  return itemsByAgreement(answers, count, answerLikeness);
}

const modelOf = ({ type }: ArmAnswer) => questionTypes[type].statistics;
