/** What a vote consists of, under which names columns hold it, and how `--columns` says so. */
import { SemblanceError } from "@/lib/errors";
import type { ScoreScale } from "@/lib/questions/likert/plain-file";

/** By the names that `--columns` uses. */
export const voteFields = [
  "question",
  "caption",
  "item",
  "rater",
  "left",
  "right",
  "winner",
  "arm",
  "score",
  "rank",
  "ranking",
  "best",
  "worst",
  "shown",
] as const;
export type VoteField = (typeof voteFields)[number];

/** Fields that several columns may hold together: a score for each rater, model or question; a column for each model shown. */
const repeatable: readonly VoteField[] = ["score", "shown"];

/** Columns by field, in the order given. */
export type ColumnMapping = Readonly<Partial<Record<VoteField, readonly string[]>>>;

/** Stands for a column in a mapping where the file has none: each vote is then taken as independent. */
export const noColumn = "none";

/** Fields that a file may do without if that is said. */
export const optionalFields: readonly VoteField[] = ["caption", "rater"];

/**
 * Names under which a field is found; upper case, blanks and hyphens make no difference. Names of one list mean the same,
 * the likeliest first; a file with names from two lists leaves open which is meant.
 */
export const columnNames: Readonly<Record<VoteField, readonly (readonly string[])[]>> = {
  question: [["question"], ["criterion"], ["aspect"]],
  caption: [["caption", "caption_id", "prompt", "prompt_id"]],
  item: [
    ["item", "item_id"],
    ["image", "image_id"],
  ],
  rater: [
    ["rater", "rater_id"],
    ["annotator", "annotator_id"],
    ["worker", "worker_id"],
    ["participant", "participant_id"],
    ["user", "user_id"],
    ["judge"],
  ],
  left: [["left"], ["model_a"], ["arm_a"]],
  right: [["right"], ["model_b"], ["arm_b"]],
  winner: [["winner"], ["preference"]],
  arm: [["arm"], ["model", "model_name", "model_type"], ["system"]],
  score: [["score"], ["rating"], ["answer"]],
  rank: [["rank"]],
  ranking: [["ranking"]],
  best: [["best"]],
  worst: [["worst"]],
  shown: [["shown"]],
};

/**
 * "caption=prompt,model=system": `model` and `arm` are the same; `score` and `shown` may be given several times.
 *
 * @throws SemblanceError `invalid_input` for a field that there is not, or one that is given twice
 */
export function readColumnMapping(text: string): ColumnMapping {
  const mapping: Partial<Record<VoteField, string[]>> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim().toLowerCase();
    const field = voteFields.find((each) => each === (name === "model" ? "arm" : name));
    const column = part.slice(at + 1).trim();
    if (at < 0 || !field || column === "") {
      throw new SemblanceError("invalid_input", `--columns cannot be read at “${part.trim()}”.`, {
        remedy: `Write FIELD=COLUMN, separated by commas, such as caption=prompt,rater=annotator. Fields are ${voteFields.map(fieldName).join(", ")}.`,
      });
    }
    const known = mapping[field];
    if (known && !repeatable.includes(field)) {
      throw new SemblanceError("invalid_input", `--columns names two columns for ${name}.`, {
        remedy: `Name one. Only ${repeatable.join(" and ")} may have several.`,
      });
    }
    mapping[field] = [...(known ?? []), column];
  }
  return mapping;
}

/** As `--columns` and messages call a field: what studies call an arm is a model in most files. */
export function fieldName(field: VoteField): string {
  return field === "arm" ? "model" : field;
}

/** "1-5", "0-100" or "-2 to 2". @throws SemblanceError `invalid_input` for anything else */
export function readScale(text: string): ScoreScale {
  const number = String.raw`(-?\d+(?:\.\d+)?)`;
  const [, lowest, highest] = new RegExp(`^${number}\\s*(?:-|–|to)\\s*${number}$`).exec(text.trim()) ?? [];
  if (lowest === undefined || highest === undefined || Number(lowest) >= Number(highest)) {
    throw new SemblanceError("invalid_input", `The scale cannot be read: “${text.slice(0, 60)}”.`, {
      remedy: "Write its two ends, the lowest first: 1-5, or 0-100.",
    });
  }
  return { lowest: Number(lowest), highest: Number(highest) };
}
