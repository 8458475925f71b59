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

/**
 * Fields that several columns may hold together: a score for each rater, model or question; a column for each model shown;
 * what speaks for the left, for the right and, where there is a third, for a tie.
 */
export type RepeatableField = "score" | "shown" | "winner";
const repeatable: readonly VoteField[] = ["score", "shown", "winner"] satisfies RepeatableField[];

export function isRepeatable(field: VoteField): field is RepeatableField {
  return repeatable.includes(field);
}

/** Columns by field, in the order given. */
export type ColumnMapping = Readonly<Partial<Record<VoteField, readonly string[]>>>;

/** Stands for a column in a mapping where the file has none: each vote is then taken as independent. */
export const noColumn = "none";

/** Fields that a file may do without if that is said. */
export const optionalFields: readonly VoteField[] = ["caption", "rater", "arm"];

/**
 * Names under which a field is found; upper case, blanks and hyphens make no difference. Names of one list mean the same,
 * the likeliest first; a file with names from two lists leaves open which is meant.
 */
export const columnNames: Readonly<Record<VoteField, readonly (readonly string[])[]>> = {
  question: [["question"], ["criterion"], ["aspect"]],
  caption: [["caption", "caption_id", "prompt", "prompt_id", "text", "text_id"]],
  item: [
    ["item", "item_id"],
    ["image", "image_id", "image_path"],
  ],
  rater: [
    ["rater", "rater_id"],
    ["annotator", "annotator_id"],
    ["worker", "worker_id"],
    ["participant", "participant_id"],
    ["user", "user_id"],
    ["judge"],
  ],
  left: [["left"], ["model_a"], ["arm_a"], ["model_0", "model0", "model_1", "model1"], ["left_model"]],
  right: [["right"], ["model_b"], ["arm_b"], ["model_2", "model2", "model_1", "model1"], ["right_model"]],
  winner: [["winner"], ["preference"], ["vote_type"]],
  arm: [["arm"], ["model", "model_name", "model_type"], ["system"]],
  score: [["score"], ["rating"], ["answer"]],
  rank: [["rank"]],
  ranking: [["ranking"]],
  best: [["best"]],
  worst: [["worst"]],
  shown: [["shown"]],
};

/** Columns that say together who won, where a file has no column of winners. */
export const winnerColumns: readonly (readonly string[])[] = [
  ["winner_model_a", "winner_model_b", "winner_tie"],
  ["label_0", "label_1"],
];

/**
 * "caption=prompt,model=system": `model` and `arm` are the same; `score`, `winner` and `shown` may be given several times. A
 * column whose name holds a comma is quoted: caption="text, as shown".
 *
 * @throws SemblanceError `invalid_input` for a field that there is not, or one that is given twice
 */
export function readColumnMapping(text: string): ColumnMapping {
  const mapping: Partial<Record<VoteField, string[]>> = {};
  for (const { part, field: name, column } of mappingParts(text)) {
    const field = voteFields.find((each) => each === (name === "model" ? "arm" : name));
    if (!field || column === "") {
      throw new SemblanceError("invalid_input", `--columns cannot be read at “${part.trim()}”.`, {
        remedy: `Write FIELD=COLUMN, separated by commas, such as caption=prompt,rater=annotator; quote a column with a comma in its name. Fields are ${voteFields.map(fieldName).join(", ")}.`,
      });
    }
    const known = mapping[field];
    if (known && !isRepeatable(field)) {
      throw new SemblanceError("invalid_input", `--columns names two columns for ${name}.`, {
        remedy: `Name one. Only ${repeatable.join(", ")} may have several.`,
      });
    }
    mapping[field] = [...(known ?? []), column];
  }
  return mapping;
}

/** The parts between commas outside quotes; `field` in lower case, empty where there is no "=". */
export function mappingParts(text: string): { part: string; field: string; column: string }[] {
  return (text.match(/(?:=\s*"(?:[^"]|"")*"|[^,])+/g) ?? [text]).map((part) => {
    const at = part.indexOf("=");
    const column = part.slice(at + 1).trim();
    const quoted = /^"((?:[^"]|"")*)"$/.exec(column)?.[1];
    return {
      part,
      field: at < 0 ? "" : part.slice(0, at).trim().toLowerCase(),
      column: quoted === undefined ? column : quoted.replaceAll('""', '"'),
    };
  });
}

/** As a mapping names it. */
export function quotedColumn(column: string): string {
  return /[,"]/.test(column) ? `"${column.replaceAll('"', '""')}"` : column;
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

/** In lower case, with _ for blanks and hyphens. */
export function simplified(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}
