/** Items with a known answer: training, gold, and checks that the caption was read. */
import { shuffleByKey } from "./counterbalance";
import type { QualityControl } from "./quality-control";
import type { ItemCriterion, PlannedItem } from "./study-items";

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

/**
 * The checks that `control` asks for, with some to spare. Right answers are known by construction: a caption with its
 * own photograph beside photographs whose captions share the fewest words with it. The choice depends on the seed alone.
 *
 * @param photographs of the study's captions, at least two for training and gold items
 */
export function planChecks(
  control: QualityControl,
  criteria: readonly ItemCriterion[],
  photographs: readonly DescribedPhotograph[],
  options: { language: "en" | "de"; armCount: number; seed: number },
): PlannedItem[] {
  const { seed } = options;
  const order = shuffleByKey(photographs.length, `${seed} checks`).map((index) => photographs[index]!);
  const known = (kind: "TRAINING" | "GOLD", count: number, skip: number) =>
    Array.from({ length: count }, (_, index) => {
      const criterion = criteria[index % criteria.length]!;
      const photograph = order[(skip + index) % order.length]!;
      return knownItem(
        kind,
        index,
        criterion,
        photograph,
        photographs,
        options.armCount,
        `${seed} ${kind} ${index}`,
      );
    });
  const attention = criteria.filter(
    ({ questionType }) => questionType === "PAIR" || questionType === "LIKERT",
  );
  return [
    ...known("TRAINING", control.trainingItems, 0),
    ...known("GOLD", control.goldItems === 0 ? 0 : control.goldItems + variety, control.trainingItems),
    ...Array.from(
      { length: control.attentionChecks === 0 ? 0 : control.attentionChecks + variety },
      (_, index) => attentionItem(index, attention[index % attention.length]!, order, options.language),
    ),
  ];
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
  const strangers = leastAlike(own, photographs, key);
  const item = {
    kind,
    criterionId: criterion.id,
    captionId: own.captionId,
    captionText: own.text,
    contest: `${kind} ${String(index).padStart(3, "0")}`,
  };
  const toPicture = ({ sha256 }: DescribedPhotograph) => ({ armId: null, sha256 });
  switch (criterion.questionType) {
    case "LIKERT": {
      // One picture fits or does not; half of the checks are of either sort.
      const fits = index % 2 === 0;
      return {
        ...item,
        expected: { type: "scores", scores: fits ? [4, 5] : [1, 2] },
        pictures: [toPicture(fits ? own : strangers[0]!)],
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
      const shown = [own, ...strangers.slice(0, Math.min(armCount, 6) - 1)];
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
    contest: `ATTENTION ${String(index).padStart(3, "0")}`,
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

/** The other photographs, those first whose captions share the smallest part of their words with `own`'s (Jaccard). */
function leastAlike(
  own: DescribedPhotograph,
  photographs: readonly DescribedPhotograph[],
  key: string,
): DescribedPhotograph[] {
  const words = wordsOf(own.text);
  const order = shuffleByKey(photographs.length, key);
  return order
    .map((index) => photographs[index]!)
    .filter(({ sha256 }) => sha256 !== own.sha256)
    .map((photograph) => ({ photograph, likeness: jaccard(words, wordsOf(photograph.text)) }))
    .sort((a, b) => a.likeness - b.likeness)
    .map(({ photograph }) => photograph);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/\p{L}+/gu) ?? []);
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}
