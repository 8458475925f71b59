/** What the study form holds as typed, and the design that it stands for. */
import { plural } from "@/components/numbers";
import { typedNumber } from "@/components/typed-number";
import { type QuestionTypeName, questionTypes, usualQuestionType } from "@/lib/questions/question-types";
import { endingNames } from "@/lib/studies/design/endings";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { type PickedCheck, pickedCheckFault } from "@/lib/studies/design/picked-checks";
import type { RaterLanguage } from "@/lib/studies/design/rater-languages";
import { type StandardKey, standardKeys, standardQuestion } from "@/lib/studies/design/standard-questions";
import type { StudyDesign } from "@/lib/studies/design/study-design";

/** Text and ticks by field; those of an arm or a question end in its id or key. */
export type StudyValues = Record<string, string | boolean>;

/** As many as a design may ask questions. */
export const ownKeys = Array.from({ length: 6 }, (_, index) =>
  index === 0 ? "own-question" : `own-question-${index + 1}`,
);
const questionKeys: readonly string[] = [...standardKeys, ...ownKeys];

/** Those that are ticked, as NAME=VALUE. */
function chosenCategories(values: StudyValues): string[] {
  const prefix = "category ";
  return Object.keys(values)
    .filter((field) => field.startsWith(prefix) && values[field] === true)
    .map((field) => field.slice(prefix.length));
}

export type PlannedNumbers = {
  captions?: string;
  opponents?: string;
  ratersPerItem?: string;
  itemsPerRater?: string;
};

export function initialValues(planned: PlannedNumbers): StudyValues {
  return {
    name: "",
    instructions: "",
    language: "en",
    "ask caption-similarity": true,
    ownCount: "0",
    captionChoice: planned.captions ? "random" : "all",
    imageFit: "crop",
    captionCount: planned.captions ?? "100",
    captionText: "",
    opponents: planned.opponents ?? "",
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
    stopCoverage: "0.95",
    primaryQuestion: "",
    primaryPair: "",
    hypothesis: "",
    flaggedRaters: "counted",
    exclusionsByHand: "",
    raterCount: "",
    raterSource: "",
    endDate: "",
    consentText: "",
    leaseSeconds: "600",
    seed: "0",
    // Picked on a page of their own; the form hands them on as they are.
    checks: "[]",
    // Set on the study's page, which is there when it has been saved.
    access: "{}",
  };
}

/** What the form holds where it begins with a design: the inverse of `toDesign`. */
export function designToValues(design: StudyDesign): StudyValues {
  const { arms, criteria, captionChoice, qualityControl, stopRule, primary, registration, ...rest } = design;
  const values: StudyValues = { ...initialValues({}), "ask caption-similarity": false };
  for (const name of ["name", "instructions", "language", "consentText"] as const) values[name] = rest[name];
  for (const name of endingNames) {
    values[`endCode ${name}`] = rest.endings[name]?.code ?? "";
    values[`endUrl ${name}`] = rest.endings[name]?.url ?? "";
  }
  for (const name of ["ratersPerItem", "itemsPerRater", "leaseSeconds", "seed"] as const) {
    values[name] = String(rest[name]);
  }
  for (const [place, { name, datasetId, sampleSetId }] of arms.entries()) {
    const source = (datasetId ?? sampleSetId)!;
    values[`arm ${source}`] = true;
    values[`armName ${source}`] = name;
    values[`armPlace ${source}`] = String(place);
  }
  const sourceOf = new Map(
    arms.map(({ name, datasetId, sampleSetId }) => [name, (datasetId ?? sampleSetId)!]),
  );
  let ownCount = 0;
  for (const { key, question, questionType, marksWords, marksPlaces } of criteria) {
    const isStandard =
      (standardKeys as readonly string[]).includes(key) &&
      question === standardQuestion(key as StandardKey, questionType, rest.language);
    const field = isStandard ? key : ownKeys[ownCount++]!;
    if (primary?.question === key) values.primaryQuestion = field;
    if (isStandard) values[`ask ${field}`] = true;
    else Object.assign(values, { [`key ${field}`]: key, [`question ${field}`]: question });
    Object.assign(values, {
      [`type ${field}`]: questionType,
      [`words ${field}`]: marksWords,
      [`places ${field}`]: marksPlaces,
    });
  }
  const percent = (share: number | null) => (share === null ? "" : String(Number((share * 100).toFixed(6))));
  return {
    ...values,
    ownCount: String(ownCount),
    captionChoice: captionChoice.choice,
    imageFit: rest.imageFit,
    ...("count" in captionChoice ? { captionCount: String(captionChoice.count) } : {}),
    ...("text" in captionChoice ? { captionText: captionChoice.text } : {}),
    ...("categories" in captionChoice
      ? Object.fromEntries(captionChoice.categories.map((category) => [`category ${category}`, true]))
      : {}),
    opponents: String(rest.opponents ?? ""),
    active: rest.pairChoice === "active",
    trainingItems: String(qualityControl.trainingItems),
    qualificationPercent: percent(qualityControl.qualificationShare),
    goldItems: String(qualityControl.goldItems),
    goldPercent: percent(qualityControl.excludeBelowGoldShare),
    attentionChecks: String(qualityControl.attentionChecks),
    failedAttention: String(qualityControl.excludeAfterFailedAttention ?? ""),
    repeats: String(qualityControl.repeats),
    checks: JSON.stringify(rest.checks),
    access: JSON.stringify(rest.access),
    ...(stopRule === null
      ? {}
      : {
          stops: true,
          stopArms: stopRule.arms === "all" ? "all" : stopRule.arms.join("\n"),
          stopVotes: String(stopRule.tightestAtVotes),
          stopCoverage: String(stopRule.coverage),
        }),
    primaryPair: primary ? primary.arms.map((name) => sourceOf.get(name)).join(" ") : "",
    ...registration,
    raterCount: String(registration.raterCount ?? ""),
    endDate: registration.endDate ?? "",
  };
}

/** In the order of the design that the form began with, new ones behind, as they are listed. */
export function chosenSources(values: StudyValues, sources: readonly ArmSource[]): ArmSource[] {
  const place = ({ id }: ArmSource) => Number(values[`armPlace ${id}`] ?? sources.length);
  return sources.filter(({ id }) => values[`arm ${id}`] === true).sort((a, b) => place(a) - place(b));
}

export function armName(values: StudyValues, source: ArmSource): string {
  const typed = values[`armName ${source.id}`];
  return typeof typed === "string" ? typed : source.kind === "dataset" ? "real" : source.name;
}

/** Keys of the questions that are asked, in the order of the design's criteria. */
export function askedKeys(values: StudyValues): string[] {
  const ownCount = Number(values.ownCount);
  return questionKeys.filter((key) => {
    const own = ownKeys.indexOf(key);
    return own === -1 ? values[`ask ${key}`] === true : own < ownCount;
  });
}

/** As the form holds them: those of the picked checks that the questions which are asked now can have. */
export function fittingChecks(values: StudyValues): string {
  const checks: PickedCheck[] = JSON.parse(String(values.checks));
  const asked = askedKeys(values).map((key) => ({
    key: String(values[`key ${key}`] ?? "").trim() || key,
    questionType: questionType(values, key),
  }));
  return JSON.stringify(checks.filter((check) => pickedCheckFault(check, asked) === null));
}

export function questionType(values: StudyValues, key: string): QuestionTypeName {
  return (values[`type ${key}`] as QuestionTypeName | undefined) ?? usualQuestionType;
}

/** Two chosen arms, by their sources' ids; of exactly two the only pair there is. Null where one is no longer chosen. */
export function primaryPair(
  values: StudyValues,
  sources: readonly ArmSource[],
): readonly [ArmSource, ArmSource] | null {
  const chosen = chosenSources(values, sources);
  const ids = chosen.length === 2 ? chosen.map(({ id }) => id) : String(values.primaryPair).split(" ");
  const [first, second] = ids.map((id) => chosen.find((source) => source.id === id));
  return first && second ? [first, second] : null;
}

/** The design as `studyDesign` reads it. */
export function toDesign(values: StudyValues, sources: readonly ArmSource[]) {
  const words = (name: string) => String(values[name] ?? "").trim();
  const number = (name: string) => typedNumber(words(name));
  const orNull = (name: string) => (words(name) === "" ? null : words(name));
  const share = (name: string) => (words(name) === "" ? null : number(name) / 100);
  const language = words("language") as RaterLanguage;
  const chosen = chosenSources(values, sources);
  const primaryQuestion = askedKeys(values).find((key) => key === values.primaryQuestion);
  const pair = primaryPair(values, sources);
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
        key: words(`key ${key}`) || key,
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
          : values.captionChoice === "category"
            ? { choice: "category", categories: chosenCategories(values) }
            : { choice: values.captionChoice, count: number("captionCount") },
    imageFit: words("imageFit"),
    opponents: words("opponents") === "" ? null : number("opponents"),
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
    checks: JSON.parse(words("checks")),
    stopRule: values.stops
      ? {
          arms: values.stopArms === "all" ? "all" : words("stopArms").split("\n"),
          tightestAtVotes: number("stopVotes"),
          coverage: number("stopCoverage"),
        }
      : null,
    primary:
      primaryQuestion === undefined
        ? null
        : {
            question: words(`key ${primaryQuestion}`) || primaryQuestion,
            arms: pair ? pair.map((source) => armName(values, source).trim()) : ["", ""],
          },
    registration: {
      hypothesis: words("hypothesis"),
      flaggedRaters: words("flaggedRaters"),
      exclusionsByHand: words("exclusionsByHand"),
      raterCount: words("raterCount") === "" ? null : number("raterCount"),
      raterSource: words("raterSource"),
      endDate: orNull("endDate"),
    },
    endings: Object.fromEntries(
      endingNames.map((name) => {
        const ending = { code: orNull(`endCode ${name}`), url: orNull(`endUrl ${name}`) };
        return [name, ending.code === null && ending.url === null ? null : ending];
      }),
    ),
    access: JSON.parse(words("access")),
    seed: number("seed"),
  };
}

/** Fields whose names are not the ends of their paths in the design. */
const renamedFields: Readonly<Record<string, string>> = {
  "captionChoice.choice": "captionChoice",
  "captionChoice.count": "captionCount",
  "captionChoice.text": "captionText",
  "captionChoice.categories": "captionChoice",
  pairChoice: "active",
  "qualityControl.qualificationShare": "qualificationPercent",
  "qualityControl.excludeBelowGoldShare": "goldPercent",
  "qualityControl.excludeAfterFailedAttention": "failedAttention",
  "stopRule.tightestAtVotes": "stopVotes",
  "primary.question": "primaryQuestion",
};

/** The field that shows what is wrong at a path of the design; lists as a whole have their own name. */
export function fieldOfDesign(path: string, values: StudyValues, sources: readonly ArmSource[]): string {
  const inDesign = path.replace(/^design\./, "");
  const [first = "", second = "", third = ""] = inDesign.split(".");
  const renamed = renamedFields[inDesign];
  if (renamed !== undefined) return renamed;
  if (first === "arms") {
    const source = chosenSources(values, sources)[Number(second)];
    return second !== "" && source ? `armName ${source.id}` : "arms";
  }
  if (first === "criteria") {
    const key = askedKeys(values)[Number(second)];
    if (second === "" || key === undefined) return "criteria";
    return third === "questionType" ? `type ${key}` : `question ${key}`;
  }
  if (first === "endings") return `${third === "url" ? "endUrl" : "endCode"} ${second}`;
  if (first === "primary") return "primaryPair";
  if (first === "stopRule") return second === "" ? "stops" : "stopArms";
  if (first === "qualityControl" || first === "registration") return second;
  return first;
}

/** What the design amounts to, in a sentence. */
export function designToText(values: StudyValues, sources: readonly ArmSource[]): string {
  const chosen = chosenSources(values, sources);
  const asked = askedKeys(values);
  if (chosen.length < 2 || asked.length === 0) return "Choose at least two arms and one question.";
  const shared = Math.min(...chosen.map(({ imageCount }) => imageCount));
  const limit = typedNumber(String(values.captionCount));
  const limited = values.captionChoice === "first" || values.captionChoice === "random";
  const typedOpponents = typedNumber(String(values.opponents));
  const opponents = typedOpponents > 0 ? typedOpponents : null;
  const captions = limited && limit > 0 ? Math.min(shared, limit) : shared;
  const perCaption = asked
    .map((key) => questionTypes[questionType(values, key)].plan.itemsPerCaption(chosen.length, opponents))
    .reduce((sum, count) => sum + count, 0);
  const items = captions * perCaption;
  const raters = typedNumber(String(values.ratersPerItem));
  const perRater = typedNumber(String(values.itemsPerRater));
  const answers = raters > 0 ? ` and ${plural(items * raters, "answer", "answers")}` : "";
  const people =
    raters > 0 && perRater > 0
      ? `, from ${plural(Math.max(raters, Math.ceil((items * raters) / Math.min(perRater, items))), "person", "people")} or more`
      : "";
  return `At most ${plural(items, "item", "items")}${answers}${people}: ${perCaption} for each of up to ${plural(captions, "caption", "captions")}.`;
}
