/** Items with a known answer: training, gold, and checks that the caption was read. */
import { SemblanceError } from "@/lib/errors";
import { mostRanked } from "../design/items-per-caption";
import {
  automaticKey,
  type CheckUse,
  checkShortage,
  checkUses,
  type PickedCheck,
} from "../design/picked-checks";
import type { QualityControl } from "../design/quality-control";
import { questionTypeNames } from "../design/stored-question-types";
import { shuffleByKey } from "./counterbalance";
import type { PlannedItem } from "./planned-item";
import type { ItemCriterion } from "./study-items";

/** A caption with the photograph that it describes. */
export type DescribedPhotograph = { captionId: string; text: string; sha256: string };

/** Different checks of a kind to choose from, so that raters who compare notes have seen different ones. */
const variety = 3;

/** What an attention check says in place of a caption, by the study's language; every answer names itself. */
const attentionTexts = {
  en: {
    both_bad: "This is a check that captions are read. Please answer “Neither fits”.",
    tie: "This is a check that captions are read. Please answer “Equally good”.",
    likert: "This is a check that captions are read. Please choose the lowest mark, 1.",
  },
  de: {
    both_bad: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte antworten Sie „Keines passt“.",
    tie: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte antworten Sie „Beide gleich“.",
    likert: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte wählen Sie die niedrigste Note, 1.",
  },
} as const;

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
  const design = {
    criteria: criteria.map(({ key, questionType }) => ({
      key,
      questionType: questionTypeNames[questionType],
    })),
    checks: picked,
  };
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
  const shown = automatic.some(
    ({ questionType }) => questionType === "RANKING" || questionType === "BEST_WORST",
  )
    ? Math.min(options.armCount, mostRanked)
    : 2;
  const bases = distinguishable(order, madeTraining + madeGold, shown - 1);
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
  const attention = criteria.filter(
    ({ questionType }) => questionType === "PAIR" || questionType === "LIKERT",
  );
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
  const count = (use: CheckUse) => picked.filter((check) => check.use === use).length;
  return (
    control.attentionChecks > 0 ||
    control.trainingItems > count("training") ||
    control.goldItems > count("gold")
  );
}

const kindOfUse = { training: "TRAINING", gold: "GOLD" } as const;

function contestOf(kind: PlannedItem["kind"], index: number): string {
  return `${kind} ${String(index).padStart(3, "0")}`;
}

function pickedItem(
  { criterion, use, captionId, captionText, pictures, right }: CaptionedCheck,
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
    pictures: pictures.map((sha256) => ({ armId: null, sha256 })),
  };
}

/** The photograph first, then the ones that its caption describes least. */
function knownItem(
  kind: "TRAINING" | "GOLD",
  index: number,
  criterion: ItemCriterion,
  own: DescribedPhotograph,
  photographs: readonly DescribedPhotograph[],
  armCount: number,
  key: string,
): PlannedItem {
  const strangers = strangersTo(own, photographs, key);
  const item = {
    kind,
    criterionId: criterion.id,
    captionId: own.captionId,
    captionText: own.text,
    contest: contestOf(kind, index),
  };
  const toPicture = ({ sha256 }: DescribedPhotograph) => ({ armId: null, sha256 });
  switch (criterion.questionType) {
    case "LIKERT": {
      // One picture fits or does not; half of the checks are of either sort where the captions allow it. Between
      // captions that have something in common nobody knows how low the score should be.
      const stranger = strangers[0]!;
      const fits = index % 2 === 0 || shareContent(own.text, stranger.text);
      return {
        ...item,
        expected: { type: "scores", scores: fits ? [4, 5] : [1, 2] },
        pictures: [toPicture(fits ? own : stranger)],
      };
    }
    case "PAIR":
      return {
        ...item,
        expected: { type: "best", position: 0 },
        pictures: [own, strangers[0]!].map(toPicture),
      };
    case "RANKING":
    case "BEST_WORST": {
      const shown = [own, ...strangers.slice(0, Math.min(armCount, mostRanked) - 1)];
      return { ...item, expected: { type: "best", position: 0 }, pictures: shown.map(toPicture) };
    }
  }
}

function attentionItem(
  index: number,
  criterion: ItemCriterion,
  photographs: readonly DescribedPhotograph[],
  language: "en" | "de",
): PlannedItem {
  const first = photographs[(2 * index) % photographs.length]!;
  const second = photographs[(2 * index + 1) % photographs.length]!;
  const texts = attentionTexts[language];
  const item = {
    kind: "ATTENTION" as const,
    criterionId: criterion.id,
    captionId: first.captionId,
    contest: contestOf("ATTENTION", index),
  };
  if (criterion.questionType === "LIKERT") {
    return {
      ...item,
      captionText: texts.likert,
      expected: { type: "scores", scores: [1] },
      pictures: [{ armId: null, sha256: first.sha256 }],
    };
  }
  const winner = index % 2 === 0 ? "both_bad" : "tie";
  return {
    ...item,
    captionText: texts[winner],
    expected: { type: "exactly", winner },
    pictures: [first, second].map(({ sha256 }) => ({ armId: null, sha256 })),
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
    "The captions are too much alike for checks: every photograph's caption would fit the others as well.",
    {
      remedy:
        "Pick images and right answers on the draft's page “Checks”, or leave training and gold items out.",
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
  const words = wordsOf(own.text);
  const order = key === "" ? photographs.keys() : shuffleByKey(photographs.length, key);
  return [...order]
    .map((index) => photographs[index]!)
    .filter(({ sha256 }) => sha256 !== own.sha256)
    .map((photograph) => ({ photograph, theirs: wordsOf(photograph.text) }))
    .filter(({ theirs }) => [...words].some((word) => !theirs.has(word)))
    .map(({ photograph, theirs }) => ({ photograph, likeness: jaccard(words, theirs) }))
    .sort((a, b) => a.likeness - b.likeness)
    .map(({ photograph }) => photograph);
}

/** Words that say nothing of what an image shows. */
const emptyWords = new Set(
  (
    "a an the of in on at by to with and or its his her their is are while as from into next some " +
    "ein eine einen einem einer der die das den dem des im in am an auf mit und oder von vor bei zu sein seine ist sind"
  ).split(" "),
);

function shareContent(a: string, b: string): boolean {
  const words = wordsOf(b);
  return [...wordsOf(a)].some((word) => words.has(word) && !emptyWords.has(word));
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}
