/** The rows that an imported study is made of: arms, questions, raters, and an item for everything that was judged. */
import { randomUUID } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { questionTypes, type RaterAnswer } from "@/lib/questions/question-types";
import type { QuestionVotes, VoteFile } from "../read/vote-file";

export type PlannedCriterion = { id: string; key: string; question: string; questionType: string };
export type ImportedArm = { id: string; name: string };
export type ImportedRater = { id: string; name: string; isExcluded: boolean };
export type ImportedItem = {
  id: string;
  criterionId: string;
  caption: string;
  name: string | null;
  /** In the order of the study's arms. */
  armIds: readonly string[];
};
export type ImportedAnswer = {
  itemId: string;
  raterId: string;
  /** Positions of the item's images from left to right. */
  placement: readonly number[];
  answer: RaterAnswer;
  latencyMs: number | null;
};

export type ImportPlan = {
  readonly criteria: readonly PlannedCriterion[];
  readonly arms: readonly ImportedArm[];
  readonly raters: readonly ImportedRater[];
  readonly items: readonly ImportedItem[];
  /** In the order of the file. */
  readonly answers: readonly ImportedAnswer[];
};

/** A leaderboard of more would take minutes, and a file has more where a wrong column is taken for the models. */
const mostArms = 100;
const longestName = 10_000;

/** @throws SemblanceError `invalid_file` for a file that can be read, but is no study */
export function checkImport({ questions, columns }: VoteFile): void {
  const arms = new Set(questions.flatMap(({ answers }) => answers.flatMap(({ shown }) => shown)));
  if (arms.size > mostArms) {
    throw new SemblanceError(
      "invalid_file",
      `The file names ${arms.size} models; a study has at most ${mostArms}.`,
      {
        remedy: `Check which column names the models${columns.model ? `: “${columns.model}” was taken` : ""}.`,
      },
    );
  }
  for (const { answers, type } of questions) {
    const { plan } = questionTypes[type];
    for (const { caption, rater, item, shown } of answers) {
      if (shown.length > plan.images.most) {
        throw new SemblanceError(
          "invalid_file",
          `Rater “${rater.slice(0, 60)}” was shown ${shown.length} models for “${caption.slice(0, 60)}”; a study shows at most ${plan.images.most} at once.`,
          { remedy: "npx semblance rank has no such limit." },
        );
      }
      const names = [caption, rater, item ?? "", ...shown];
      const nul = names.find((name) => name.includes("\0"));
      if (nul !== undefined) {
        throw new SemblanceError(
          "invalid_file",
          `The name “${nul.replaceAll("\0", "␀").slice(0, 60)}” contains a NUL character.`,
          {
            remedy: "Remove it; databases cannot store it.",
          },
        );
      }
      const long = names.find((name) => name.length > longestName);
      if (long === undefined) continue;
      throw new SemblanceError(
        "invalid_file",
        `A name in the file has ${long.length} characters: “${long.slice(0, 60)}…”.`,
        {
          remedy: `Names and captions may have ${longestName}.`,
        },
      );
    }
  }
}

/** @param votes that `checkImport` accepts */
export function planImport(votes: VoteFile): ImportPlan {
  const armNames = [
    ...new Set(votes.questions.flatMap(({ answers }) => answers.flatMap(({ shown }) => shown))),
  ];
  const arms = armNames.map((name) => ({ id: randomUUID(), name }));
  const placeOfArm = new Map(armNames.map((name, place) => [name, place]));
  const excluded = new Set(votes.questions.flatMap(({ excludedRaters }) => excludedRaters));
  const raters = new Map<string, ImportedRater>();
  const items = new Map<string, ImportedItem>();
  const answers: ImportedAnswer[] = [];
  const criteria = planCriteria(votes.questions);
  votes.questions.forEach((question, index) => {
    const criterionId = criteria[index]!.id;
    /** How often a rater has judged an item: each time is one of its own. */
    const times = new Map<string, number>();
    for (const answer of question.answers) {
      const { caption, item = null, shown } = answer;
      const own = [...shown].sort((a, b) => placeOfArm.get(a)! - placeOfArm.get(b)!);
      const rater = raters.get(answer.rater) ?? {
        id: randomUUID(),
        name: answer.rater,
        isExcluded: excluded.has(answer.rater),
      };
      raters.set(answer.rater, rater);
      const what = JSON.stringify([index, caption, item, own]);
      const time = times.get(`${what} ${rater.id}`) ?? 0;
      times.set(`${what} ${rater.id}`, time + 1);
      const key = `${what} ${time}`;
      const judged = items.get(key) ?? {
        id: randomUUID(),
        criterionId,
        caption,
        name: item,
        armIds: own.map((arm) => arms[placeOfArm.get(arm)!]!.id),
      };
      items.set(key, judged);
      answers.push({
        itemId: judged.id,
        raterId: rater.id,
        placement: shown.map((arm) => own.indexOf(arm)),
        answer: questionTypes[answer.type].answers.toPlaces(answer),
        latencyMs: answer.latencyMs ?? null,
      });
    }
  });
  return { criteria, arms, raters: [...raters.values()], items: [...items.values()], answers };
}

function planCriteria(questions: readonly QuestionVotes[]): PlannedCriterion[] {
  const taken = new Set<string>();
  return questions.map(({ question, type }, index) => {
    const stem = keyOf(question ?? "ratings") || `question-${index + 1}`;
    let key = stem;
    for (let number = 2; taken.has(key); number++) key = `${stem}-${number}`;
    taken.add(key);
    return { id: randomUUID(), key, question: question ?? "Imported ratings", questionType: type };
  });
}

/** "How consistent is it?" → "how-consistent-is-it" */
function keyOf(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-|-$/g, "");
}
