/** Items with a known answer: training, gold, and checks that the caption was read. */
import { SemblanceError } from "@/lib/errors";
import { questionTypes } from "@/lib/questions/question-types";
import { captionWords, isContentWord } from "@/lib/text/caption-words";
import {
  automaticKey,
  type CheckUse,
  checkShortage,
  checkUses,
  type PickedCheck,
} from "../design/picked-checks";
import type { QualityControl } from "../design/quality-control";
import { shuffleByKey } from "./counterbalance";
import type { PlannedItem } from "./planned-item";
import type { ItemCriterion } from "./study-items";

/** A caption with the photograph that it describes. */
export type DescribedPhotograph = { captionId: string; text: string; sha256: string };

/** Different checks of a kind to choose from, so that raters who compare notes have seen different ones. */
const variety = 3;

/** A picked check with the caption that it shows. */
export type CaptionedCheck = PickedCheck & { captionText: string };

export type CheckedCriterion = ItemCriterion & { key: string };

/**
 * The checks that `control` asks for. Those that the researcher picked come first. What is missing is made for caption
 * similarity, with some gold to spare, and for no other question: a caption's own photograph fits it, and one whose
 * caption has no word of content in common does not; but which of two photographs looks more real nobody knows. The choice
 * depends on the seed alone.
 *
 * @param photographs of the study's captions; may be empty where `needsPhotographs` says so
 * @throws SemblanceError `invalid_input` where too few are picked, or no photograph differs enough from another
 */
export function planChecks(
  control: QualityControl,
  criteria: readonly CheckedCriterion[],
  photographs: readonly DescribedPhotograph[],
  options: { language: "en" | "de"; armCount: number; seed: number; picked: readonly CaptionedCheck[] },
): PlannedItem[] {
  const { seed, picked } = options;
  const design = { criteria, checks: picked };
  for (const use of checkUses) {
    const shortage = checkShortage(design, control, use);
    if (shortage !== null) throw new SemblanceError("invalid_input", shortage);
  }
  const order = shuffleByKey(photographs.length, `${seed} checks`).map((index) => photographs[index]!);
  const automatic = criteria.filter(({ key }) => key === automaticKey);
  const pickedOf = (use: CheckUse, most: number) =>
    picked
      .filter((check) => check.use === use)
      .slice(0, most)
      .map((check, index) => pickedItem(check, index, criteria));
  const training = pickedOf("training", control.trainingItems);
  const gold = control.goldItems === 0 ? [] : pickedOf("gold", picked.length);
  const madeTraining = control.trainingItems - training.length;
  const madeGold =
    control.goldItems === 0 || automatic.length === 0
      ? 0
      : Math.max(0, control.goldItems + variety - gold.length);
  const strangers = Math.max(
    1,
    ...automatic.map(({ questionType }) => questionTypes[questionType].checks.strangers(options.armCount)),
  );
  const bases = distinguishable(order, madeTraining + madeGold, strangers);
  const known = (kind: "TRAINING" | "GOLD", count: number, skip: number, first: number) =>
    Array.from({ length: count }, (_, index) =>
      knownItem(
        kind,
        first + index,
        automatic[index % automatic.length]!,
        bases[(skip + index) % bases.length]!,
        photographs,
        options.armCount,
        `${seed} ${kind} ${index}`,
      ),
    );
  const attention = criteria.filter(({ questionType }) => questionTypes[questionType].checks.attention);
  return [
    ...training,
    ...known("TRAINING", madeTraining, 0, training.length),
    ...gold,
    ...known("GOLD", madeGold, madeTraining, gold.length),
    ...Array.from(
      { length: control.attentionChecks === 0 ? 0 : control.attentionChecks + variety },
      (_, index) => attentionItem(index, attention[index % attention.length]!, order, options.language),
    ),
  ];
}

/** Whether some of the checks are made of the captions' photographs. */
export function needsPhotographs(control: QualityControl, picked: readonly PickedCheck[]): boolean {
  return control.attentionChecks > 0 || needsKnownAnswers(control, picked);
}

/** Whether some of the checks have an answer that follows from the photograph of a caption. */
export function needsKnownAnswers(control: QualityControl, picked: readonly PickedCheck[]): boolean {
  const count = (use: CheckUse) => picked.filter((check) => check.use === use).length;
  return control.trainingItems > count("training") || control.goldItems > count("gold");
}

const kindOfUse = { training: "TRAINING", gold: "GOLD" } as const;

function contestOf(kind: PlannedItem["kind"], index: number): string {
  return `${kind} ${String(index).padStart(3, "0")}`;
}

function pickedItem(
  { criterion, use, captionId, captionText, images, right }: CaptionedCheck,
  index: number,
  criteria: readonly CheckedCriterion[],
): PlannedItem {
  const kind = kindOfUse[use];
  return {
    kind,
    criterionId: criteria.find(({ key }) => key === criterion)!.id,
    captionId,
    captionText,
    contest: contestOf(kind, index),
    expected: right,
    images: images.map((sha256) => ({ armId: null, sha256 })),
  };
}

/** A check of the photograph that its caption describes, among ones that it describes least. */
function knownItem(
  kind: "TRAINING" | "GOLD",
  index: number,
  criterion: ItemCriterion,
  own: DescribedPhotograph,
  photographs: readonly DescribedPhotograph[],
  armCount: number,
  key: string,
): PlannedItem {
  const { expected, images } = questionTypes[criterion.questionType].checks.known(
    own,
    strangersTo(own, photographs, key),
    { index, armCount, isForeign: (stranger) => !shareContent(own.text, stranger.text) },
  );
  return {
    kind,
    criterionId: criterion.id,
    captionId: own.captionId,
    captionText: own.text,
    contest: contestOf(kind, index),
    expected,
    images: images.map(({ sha256 }) => ({ armId: null, sha256 })),
  };
}

function attentionItem(
  index: number,
  criterion: ItemCriterion,
  photographs: readonly DescribedPhotograph[],
  language: "en" | "de",
): PlannedItem {
  const { text, expected, images } = questionTypes[criterion.questionType].checks.attention!(index, language);
  const shown = Array.from(
    { length: images },
    (_, step) => photographs[(2 * index + step) % photographs.length]!,
  );
  return {
    kind: "ATTENTION",
    criterionId: criterion.id,
    captionId: shown[0]!.captionId,
    captionText: text,
    contest: contestOf("ATTENTION", index),
    expected,
    images: shown.map(({ sha256 }) => ({ armId: null, sha256 })),
  };
}

/** The first `count` photographs that can be told from enough others by their captions. */
function distinguishable(
  photographs: readonly DescribedPhotograph[],
  count: number,
  others: number,
): DescribedPhotograph[] {
  const found: DescribedPhotograph[] = [];
  for (const photograph of photographs) {
    if (found.length === count) break;
    if (strangersTo(photograph, photographs, "").length >= others) found.push(photograph);
  }
  if (found.length > 0 || count === 0) return found;
  throw new SemblanceError(
    "invalid_input",
    "The captions are too similar for checks: every photograph's caption would also fit the others.",
    {
      remedy:
        "Pick images and correct answers on the draft's page “Checks”, or leave training and gold items out.",
    },
  );
}

/**
 * Other photographs that the caption of `own` does not describe, as far as captions tell: none has all of its words. Those
 * first whose captions share the smallest part of their words with it (Jaccard).
 */
function strangersTo(
  own: DescribedPhotograph,
  photographs: readonly DescribedPhotograph[],
  key: string,
): DescribedPhotograph[] {
  const words = captionWords(own.text);
  const order = key === "" ? photographs.keys() : shuffleByKey(photographs.length, key);
  return [...order]
    .map((index) => photographs[index]!)
    .filter(({ sha256 }) => sha256 !== own.sha256)
    .map((photograph) => ({ photograph, theirs: captionWords(photograph.text) }))
    .filter(({ theirs }) => [...words].some((word) => !theirs.has(word)))
    .map(({ photograph, theirs }) => ({ photograph, likeness: jaccard(words, theirs) }))
    .sort((a, b) => a.likeness - b.likeness)
    .map(({ photograph }) => photograph);
}

function shareContent(a: string, b: string): boolean {
  const words = captionWords(b);
  return [...captionWords(a)].some((word) => words.has(word) && isContentWord(word));
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}
