/** What the study form holds as typed, and the design that it stands for. */
import { typedNumber } from "@/components/typed-number";
import type { ArmSource } from "@/lib/studies/list-arm-sources";
import { type StandardKey, standardKeys, standardQuestion } from "@/lib/studies/standard-questions";
import type { QuestionTypeName, raterLanguages } from "@/lib/studies/study-design";

/** Text and ticks by field; those of an arm or a question end in its id or key. */
export type StudyValues = Record<string, string | boolean>;

export const ownKeys = ["own-question", "own-question-2", "own-question-3", "own-question-4"] as const;
export const questionKeys: readonly string[] = [...standardKeys, ...ownKeys];

export type PlannedNumbers = { captions?: string; ratersPerItem?: string; itemsPerRater?: string };

export function initialValues(planned: PlannedNumbers): StudyValues {
  return {
    name: "",
    instructions: "",
    language: "en",
    "ask caption-similarity": true,
    ownCount: "0",
    captionChoice: planned.captions ? "random" : "all",
    captionCount: planned.captions ?? "100",
    captionText: "",
    ratersPerItem: planned.ratersPerItem ?? "3",
    itemsPerRater: planned.itemsPerRater ?? "40",
    active: false,
    trainingItems: "0",
    qualificationPercent: "",
    goldItems: "0",
    goldPercent: "",
    attentionChecks: "0",
    failedAttention: "",
    repeats: "0",
    stops: false,
    stopArms: "all",
    stopVotes: "500",
    consentText: "",
    completionCode: "",
    completionUrl: "",
    screenedOutUrl: "",
    leaseSeconds: "600",
    seed: "0",
  };
}

export function chosenSources(values: StudyValues, sources: readonly ArmSource[]): ArmSource[] {
  return sources.filter(({ id }) => values[`arm ${id}`] === true);
}

export function armName(values: StudyValues, source: ArmSource): string {
  const typed = values[`armName ${source.id}`];
  return typeof typed === "string" ? typed : source.kind === "dataset" ? "real" : source.name;
}

/** Keys of the questions that are asked, in the order of the design's criteria. */
export function askedKeys(values: StudyValues): string[] {
  const ownCount = Number(values.ownCount);
  return questionKeys.filter((key) => {
    const own = (ownKeys as readonly string[]).indexOf(key);
    return own === -1 ? values[`ask ${key}`] === true : own < ownCount;
  });
}

export function questionType(values: StudyValues, key: string): QuestionTypeName {
  return (values[`type ${key}`] as QuestionTypeName | undefined) ?? "pair";
}

/** The design as `studyDesign` reads it. */
export function toDesign(values: StudyValues, sources: readonly ArmSource[]) {
  const words = (name: string) => String(values[name] ?? "").trim();
  const number = (name: string) => typedNumber(words(name));
  const orNull = (name: string) => (words(name) === "" ? null : words(name));
  const share = (name: string) => (words(name) === "" ? null : number(name) / 100);
  const language = words("language") as (typeof raterLanguages)[number];
  const chosen = chosenSources(values, sources);
  return {
    name: words("name"),
    instructions: words("instructions"),
    consentText: words("consentText"),
    language,
    arms: chosen.map((source) => ({
      name: armName(values, source),
      ...(source.kind === "dataset" ? { datasetId: source.id } : { sampleSetId: source.id }),
    })),
    criteria: askedKeys(values).map((key) => {
      const type = questionType(values, key);
      return {
        key,
        question: (standardKeys as readonly string[]).includes(key)
          ? standardQuestion(key as StandardKey, type, language)
          : words(`question ${key}`),
        questionType: type,
        marksWords: values[`words ${key}`] === true,
        marksPlaces: values[`places ${key}`] === true,
      };
    }),
    captionChoice:
      values.captionChoice === "all"
        ? { choice: "all" }
        : values.captionChoice === "containing"
          ? { choice: "containing", text: words("captionText") }
          : { choice: values.captionChoice, count: number("captionCount") },
    ratersPerItem: number("ratersPerItem"),
    itemsPerRater: number("itemsPerRater"),
    leaseSeconds: number("leaseSeconds"),
    pairChoice: values.active === true ? "active" : "balanced",
    qualityControl: {
      trainingItems: number("trainingItems"),
      qualificationShare: share("qualificationPercent"),
      goldItems: number("goldItems"),
      excludeBelowGoldShare: share("goldPercent"),
      attentionChecks: number("attentionChecks"),
      excludeAfterFailedAttention: words("failedAttention") === "" ? null : number("failedAttention"),
      repeats: number("repeats"),
    },
    stopRule: values.stops
      ? {
          arms: values.stopArms === "all" ? "all" : words("stopArms").split("\n"),
          tightestAtVotes: number("stopVotes"),
        }
      : null,
    completionCode: orNull("completionCode"),
    completionUrl: orNull("completionUrl"),
    screenedOutUrl: orNull("screenedOutUrl"),
    seed: number("seed"),
  };
}

/** What the design amounts to, in a sentence. */
export function designToText(values: StudyValues, sources: readonly ArmSource[]): string {
  const chosen = chosenSources(values, sources);
  const asked = askedKeys(values);
  if (chosen.length < 2 || asked.length === 0) return "Choose at least two arms and one question.";
  const shared = Math.min(...chosen.map(({ pictureCount }) => pictureCount));
  const limit = typedNumber(String(values.captionCount));
  const limited = values.captionChoice === "first" || values.captionChoice === "random";
  const captions = limited && limit > 0 ? Math.min(shared, limit) : shared;
  const itemsPerCaption = asked
    .map((key) => itemsOf(questionType(values, key), chosen.length))
    .reduce((sum, count) => sum + count, 0);
  const items = captions * itemsPerCaption;
  const raters = typedNumber(String(values.ratersPerItem));
  const perRater = typedNumber(String(values.itemsPerRater));
  const answers = raters > 0 ? ` and ${items * raters} answers` : "";
  const people =
    raters > 0 && perRater > 0
      ? `, from ${Math.max(raters, Math.ceil((items * raters) / Math.min(perRater, items)))} people or more`
      : "";
  return `At most ${items} items${answers}${people}: ${itemsPerCaption} for each of up to ${captions} captions.`;
}

/** Items per caption; more than six arms are ranked in as many sets of five. */
function itemsOf(type: QuestionTypeName, arms: number): number {
  if (type === "pair") return (arms * (arms - 1)) / 2;
  if (type === "likert") return arms;
  return arms <= 6 ? 1 : arms;
}
