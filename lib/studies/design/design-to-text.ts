/** A stored study's design in words, for the dashboard. */
import { z } from "zod";
import type { Criterion } from "@/lib/generated/prisma/client";
import { blindFitToText } from "@/lib/images/blind-fit";
import { questionTypes, toQuestionTypeName } from "@/lib/questions/question-types";
import { counted } from "@/lib/text/counted";
import { type EndingName, endingNames, endings } from "./endings";
import { type CheckUse, pickedCheck } from "./picked-checks";
import { qualityControl } from "./quality-control";
import { primaryComparison } from "./registration";
import { stopRule } from "./stop-rule";
import { captionChoice, imageFit } from "./study-design";

/** "in pairs, marking missed words" */
export function questionTypeToText({
  questionType,
  marksWords,
  marksPlaces,
}: Pick<Criterion, "questionType" | "marksWords" | "marksPlaces">): string {
  const marks = [marksWords ? "missed words" : null, marksPlaces ? "wrong places" : null].filter(Boolean);
  const { asked } = questionTypes[toQuestionTypeName(questionType)].words;
  return asked + (marks.length > 0 ? `, marking ${marks.join(" and ")}` : "");
}

export function captionChoiceToText(stored: unknown): string {
  const chosen = captionChoice.parse(stored);
  switch (chosen.choice) {
    case "all":
      return "all that the arms share";
    case "first":
      return `the first ${chosen.count} that the arms share`;
    case "random":
      return `${chosen.count} at random of those that the arms share`;
    case "containing":
      return `those that contain “${chosen.text}”`;
    case "category":
      return `those of ${chosen.categories.join(" or ")}`;
  }
}

/** "the centred square of each, 256 × 256 px" */
export function imageFitToText(study: { imageFit: string; imageSizePx: number }): string {
  return blindFitToText(imageFit.parse(study.imageFit), study.imageSizePx);
}

/** What the ways out are called, and whose they are. */
export const endingTexts: Record<EndingName, { label: string; text: string }> = {
  complete: { label: "Complete", text: "Raters who did all their items." },
  nothingLeft: {
    label: "No items left",
    text: "Raters who answered some items while other people took the rest. Leave empty to use Complete.",
  },
  closed: {
    label: "Closed",
    text: "Raters who gave answers before the study closed. Leave empty to use Complete.",
  },
  screenedOut: { label: "Screened out", text: "Raters who did not pass the training round." },
  excluded: {
    label: "Excluded",
    text: "Raters who failed checks or were excluded by hand. Leave empty to use Screened out.",
  },
  late: {
    label: "Too late",
    text: "People who answered nothing because no items were left or the study was closed. Leave empty to use No items left or Closed.",
  },
};

/** One line per way out that gives something. */
export function endingsToLines(stored: unknown): string[] {
  const all = endings.parse(stored);
  return endingNames.flatMap((name) => {
    const ending = all[name];
    if (!ending) return [];
    return [`${endingTexts[name].label}: ${[ending.code, ending.url].filter(Boolean).join(", ")}`];
  });
}

/** One line per check; empty where raters are not checked. */
export function qualityControlToLines(stored: unknown, picked: unknown): string[] {
  const control = qualityControl.parse(stored);
  const checks = pickedCheck.array().parse(picked);
  const pickedFor = (use: CheckUse) => {
    const count = checks.filter((check) => check.use === use).length;
    return count === 0 ? "" : ` (${count} picked by the researchers)`;
  };
  const below = (share: number) =>
    `the exact one-sided 95% interval of their share of correct answers lies below ${Math.round(share * 100)}%`;
  const lines: [number, string][] = [
    [
      control.trainingItems,
      `${counted(control.trainingItems, "training item", "training items")}${pickedFor("training")}${control.qualificationShare === null ? "" : `, not qualified if ${below(control.qualificationShare)}`}`,
    ],
    [
      control.goldItems,
      `${counted(control.goldItems, "gold item", "gold items")} per rater${pickedFor("gold")}${control.excludeBelowGoldShare === null ? "" : `, excluded as soon as ${below(control.excludeBelowGoldShare)}, from the third on`}`,
    ],
    [
      control.attentionChecks,
      `${counted(control.attentionChecks, "attention check", "attention checks")} per rater${control.excludeAfterFailedAttention === null ? "" : `, excluded after failing ${control.excludeAfterFailedAttention}`}`,
    ],
    [
      control.repeats,
      `${counted(control.repeats, "repeated item", "repeated items")} per rater, in reverse order`,
    ],
  ];
  return lines.filter(([count]) => count > 0).map(([, line]) => line);
}

/** "caption-similarity: original and fine-tuned" */
export function primaryToText(stored: unknown): string {
  const primary = z.nullable(primaryComparison).parse(stored);
  return primary === null
    ? "none: everything is exploratory"
    : `${primary.question}: ${primary.arms[0]} and ${primary.arms[1]}`;
}

export function stopRuleToText(stored: unknown): string {
  const rule = z.nullable(stopRule).parse(stored);
  if (rule === null) return "none: the study ends when all answers are in, or when it is closed";
  const arms = rule.arms === "all" ? "every pair of arms is" : `${rule.arms[0]} and ${rule.arms[1]} are`;
  return `closes as soon as ${arms} separated (${rule.coverage * 100}% at all times, tightest at ${counted(rule.tightestAtVotes, "vote", "votes")})`;
}
