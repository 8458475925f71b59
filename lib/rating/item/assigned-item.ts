/** What a rater's browser learns about its items: nothing here depends on the arms of the images. */
import type { QuestionTypeName, RaterAnswer } from "@/lib/questions/question-types";
import type { ImageMarks } from "@/lib/questions/rater-answer";
import type { Ending } from "@/lib/studies/design/endings";

/** An item in a rater's hands. Gold items, attention checks and repeats look like any other. */
export type AssignedItem = {
  assignmentId: string;
  caption: string;
  /** Names the question in the interface's strings where it is one of the standard ones. */
  criterionKey: string;
  question: string;
  questionType: QuestionTypeName;
  /** Names of the images under /api/rate/STUDY/image/, from left to right: 1 for likert, 2 for a pair, else 3 or more. */
  imageTokens: string[];
  marksWords: boolean;
  marksPlaces: boolean;
  /** Part of the training round, which says openly that it is one. */
  isTraining: boolean;
};

/** The answer given last, for as long as it may be taken back: until the next one is stored. */
export type LastAnswer = {
  item: AssignedItem;
  answer: RaterAnswer;
  marks: ImageMarks[];
  clientKey: string;
};

/**
 * Why there is nothing to show. "complete": the rater has done all that is asked, or others have done the rest.
 * "nothing-open": all that is left is in other people's hands for now. "closed": the study hands out nothing more.
 * "screened-out": the training round was not passed. "excluded": for another reason.
 */
export type LeaseEnd = "complete" | "nothing-open" | "closed" | "screened-out" | "excluded";

export type Lease = {
  /** The item to show now and the ones to preload, in order; empty exactly where `end` is set. */
  items: AssignedItem[];
  /** Answers given outside the training round. */
  answered: number;
  /** Answers after which this rater is done: the study's limit, or fewer where fewer items are open to them. */
  asked: number;
  /** Null without a training round, or once it is passed. */
  training: { answered: number; asked: number } | null;
  /** Median time per answer in this study so far, of this rater once five are in; null before anybody answered. */
  secondsPerAnswer: number | null;
  /** From an item being shown to its answer, at least; see `minimumSeconds` in lib/studies/design/rater-access.ts. */
  minimumMs: number;
  last: LastAnswer | null;
  end: LeaseEnd | null;
  /** Where `end` is set: what the rater takes along for the service that sent them; null where the study has nothing. */
  completion: Ending | null;
};

/** What a training answer was worth. `expected` is in places on the same screen. */
export type TrainingFeedback = { isRight: boolean; expected: RaterAnswer };
