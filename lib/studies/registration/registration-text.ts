/** A study's registration as a text for OSF or AsPredicted: mostly generated from the design. */
import { z } from "zod";
import { questionTypes, showsPairs, toQuestionTypeName } from "@/lib/questions/question-types";
import { counted } from "@/lib/text/counted";
import {
  captionChoiceToText,
  imageFitToText,
  qualityControlToLines,
  questionTypeToText,
  stopRuleToText,
} from "../design/design-to-text";
import { primaryComparison, registration } from "../design/registration";

/** What the text is made of: a study's row with its arms and questions. */
export type RegisteredStudy = {
  name: string;
  ratersPerItem: number;
  itemsPerRater: number;
  opponents: number | null;
  pairChoice: "BALANCED" | "ACTIVE";
  captionChoice: unknown;
  imageSizePx: number;
  imageFit: string;
  qualityControl: unknown;
  /** Checks whose images and answers the researchers picked. */
  pickedChecks: unknown;
  stopRule: unknown;
  primary: unknown;
  registration: unknown;
  seed: number;
  criteria: readonly {
    key: string;
    question: string;
    questionType: string;
    marksWords: boolean;
    marksPlaces: boolean;
  }[];
  arms: readonly {
    name: string;
    dataset: { name: string } | null;
    sampleSet: { name: string } | null;
  }[];
};

/**
 * The text, in numbered parts with \n line ends. The same study and version always give the same text.
 *
 * @param version Semblance's
 */
export function registrationText(study: RegisteredStudy, version: string): string {
  const primary = z.nullable(primaryComparison).parse(study.primary);
  const planned = registration.parse(study.registration);
  const question = study.criteria.find(({ key }) => key === primary?.question);
  const types = [...new Set(study.criteria.map(({ questionType }) => toQuestionTypeName(questionType)))];
  const hasPairs = types.some(showsPairs);
  const parts: [title: string, lines: string[]][] = [
    ["Hypothesis", [planned.hypothesis || "None stated."]],
    [
      "Primary comparison",
      primary && question
        ? [
            `The difference between “${primary.arms[0]}” and “${primary.arms[1]}” on the question “${question.question}” (${question.key}).`,
            "All other results are exploratory.",
          ]
        : ["None: all results are exploratory."],
    ],
    ["Arms", study.arms.map((arm) => `- ${arm.name}: ${sourceOf(arm)}`)],
    [
      "Questions",
      study.criteria.map(
        (criterion) => `- ${criterion.key}: “${criterion.question}”, ${questionTypeToText(criterion)}`,
      ),
    ],
    [
      "Items",
      [
        `Captions: ${captionChoiceToText(study.captionChoice)}.`,
        ...(hasPairs
          ? [
              study.opponents === null
                ? "Pairs: all pairs of arms for every caption."
                : `Pairs: each arm with ${study.opponents} others per caption.`,
              study.pairChoice === "ACTIVE"
                ? "Order: the most informative pairs come first."
                : "Order: all items equally often.",
            ]
          : []),
        `Images: ${imageFitToText(study)}.`,
        "Raters see neither which arm an image belongs to nor how many arms there are. Placements are balanced.",
        `Seed for all random choices: ${study.seed}.`,
      ],
    ],
    [
      "Raters",
      [
        planned.raterCount === null
          ? "Number: as many as the answers need."
          : `Number: ${planned.raterCount}.`,
        `Source: ${planned.raterSource || "not stated."}`,
        `Each item is answered by ${counted(study.ratersPerItem, "person", "people")}; each person answers ${counted(study.itemsPerRater, "item", "items")} at most.`,
      ],
    ],
    [
      "Statistical model",
      [
        ...study.criteria.map(
          ({ key, questionType }) =>
            `- ${key}: ${questionTypes[toQuestionTypeName(questionType)].words.model.registration}.`,
        ),
        "Results are differences between arms, with 95% intervals that treat captions and raters as random samples.",
      ],
    ],
    [
      "Multiplicity",
      [
        `The differences between all pairs of arms of a question${primary ? ", the primary one among them," : ""} are adjusted together by Holm's method.`,
      ],
    ],
    ...types.flatMap((type): [string, string[]][] => {
      const part = questionTypes[type].words.model.registrationPart;
      return part ? [[part[0], [...part[1]]]] : [];
    }),
    [
      "Exclusion of raters",
      [
        ...withDefault(
          qualityControlToLines(study.qualityControl, study.pickedChecks).map((line) => `- ${line}`),
          "Raters are not checked.",
        ),
        `Raters flagged for speed, one-sided answers or repeating one answer: ${planned.flaggedRaters === "counted" ? "counted" : "left out"} in the results.`,
        `By hand: ${planned.exclusionsByHand || "nobody is excluded."}`,
      ],
    ],
    [
      "End",
      [
        `Stop rule: ${stopRuleToText(study.stopRule)}.`,
        planned.endDate === null
          ? "End date: none."
          : `End date: answers are accepted up to and including ${planned.endDate} (UTC).`,
      ],
    ],
    ["Software", [`Semblance ${version}`]],
  ];
  const numbered = parts.map(([title, lines], index) => `${index + 1}. ${title}\n\n${lines.join("\n")}\n`);
  return `Registration of the study “${study.name}”\n\n${numbered.join("\n")}`;
}

function sourceOf({ dataset, sampleSet }: RegisteredStudy["arms"][number]): string {
  if (dataset) return `photographs of the dataset “${dataset.name}”`;
  return sampleSet ? `the sample set “${sampleSet.name}”` : "a source that no longer exists";
}

function withDefault(lines: string[], otherwise: string): string[] {
  return lines.length === 0 ? [otherwise] : lines;
}
