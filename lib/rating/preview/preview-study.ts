/** A study as raters will see it, for its planners: nothing is stored, and it need not be open. */
import { randomInt, randomUUID } from "node:crypto";
import { captionLanguageOfStudy } from "@/lib/datasets/caption-language";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import type { ExpectedAnswer } from "@/lib/questions/expected-answer";
import { toQuestionTypeName } from "@/lib/questions/question-types";
import { qualityControl } from "@/lib/studies/design/quality-control";
import { planItems, studyToPlan } from "@/lib/studies/plan/plan-items";
import type { PlannedItem } from "@/lib/studies/plan/planned-item";
import type { AssignedItem } from "../item/assigned-item";

/** Regular items that a preview shows at most, and captions that it takes them from. */
const mostPreviewed = 12;
const mostCaptions = 8;

export type PreviewItem = {
  /** Its image tokens are the SHA-256 of the images before they are made blind. */
  item: AssignedItem;
  /** Of training items. */
  expected: ExpectedAnswer | null;
  placement: number[];
};

/**
 * The training round, then some regular items of all questions, with a gold item and an attention check among them where
 * raters get such.
 *
 * @throws SemblanceError `not_found`, and as opening the study would: where its arms share no caption, for instance
 */
export async function previewStudy(studyId: string) {
  const study = await db.study.findUnique({ where: { id: studyId }, include: studyToPlan });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  const { items: planned, captionCount } = await planItems(study, new Map(), mostCaptions);
  const control = qualityControl.parse(study.qualityControl);
  const ofKind = (kind: PlannedItem["kind"]) => planned.filter((item) => item.kind === kind);
  const regular = ofKind("REGULAR");
  const shown = spread(regular, study.criteria).slice(0, Math.min(mostPreviewed, study.itemsPerRater));
  // Never first, as for raters.
  if (control.attentionChecks > 0) shown.splice(2, 0, ...ofKind("ATTENTION").slice(0, 1));
  if (control.goldItems > 0) shown.splice(4, 0, ...ofKind("GOLD").slice(0, 1));
  const training = ofKind("TRAINING").slice(0, control.trainingItems);

  const perCaption = regular.length / Math.min(captionCount, mostCaptions);
  const checks = control.goldItems + control.attentionChecks + control.repeats;
  return {
    study,
    captionLanguage: await captionLanguageOfStudy(studyId),
    /** Answers that a rater is asked for at most, the training round included. */
    asked: control.trainingItems + Math.min(study.itemsPerRater, perCaption * captionCount + checks),
    items: [...training, ...shown].map((item) => toPreview(item, study.criteria)),
  };
}

type Criterion = {
  id: string;
  key: string;
  question: string;
  questionType: string;
  marksWords: boolean;
  marksPlaces: boolean;
};

/** In a random order, one item of each question after the other. */
function spread(items: readonly PlannedItem[], criteria: readonly { id: string }[]): PlannedItem[] {
  const byQuestion = criteria.map(({ id }) =>
    shuffled(items.filter(({ criterionId }) => criterionId === id)),
  );
  const most = Math.max(0, ...byQuestion.map(({ length }) => length));
  return Array.from({ length: most }, (_, index) => byQuestion.flatMap((own) => own[index] ?? [])).flat();
}

function toPreview(planned: PlannedItem, criteria: readonly Criterion[]): PreviewItem {
  const criterion = criteria.find(({ id }) => id === planned.criterionId)!;
  const placement = shuffled(planned.images.map((_, position) => position));
  const isTraining = planned.kind === "TRAINING";
  return {
    item: {
      assignmentId: randomUUID(),
      caption: planned.captionText,
      criterionKey: criterion.key,
      question: criterion.question,
      questionType: toQuestionTypeName(criterion.questionType),
      imageTokens: placement.map((position) => planned.images[position]!.sha256),
      marksWords: criterion.marksWords && !isTraining,
      marksPlaces: criterion.marksPlaces && !isTraining,
      isTraining,
    },
    expected: isTraining ? planned.expected : null,
    placement,
  };
}

function shuffled<Value>(values: readonly Value[]): Value[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
