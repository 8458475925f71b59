/** What one row says in a file that Semblance wrote. */
import { type ArmAnswer, questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { counted } from "@/lib/text/counted";
import { assertSealedColumns } from "./layout-faults";
import { isRowUnchanged, rowToAnswer } from "./read-votes-file";
import { names, type RowReader } from "./row-reader";
import type { VoteRow } from "./votes-file";

export function sealedReader(columns: readonly string[], heading: string): RowReader {
  let changed = 0;
  const name = names();
  return {
    canBeCopied: true,
    read(cells, number) {
      const row = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""])) as VoteRow;
      if (!isRowUnchanged(row)) changed++;
      // Files from before a type was known have no columns of it.
      const type = questionTypeNames.find((known) => known === row.question_type);
      if (type !== undefined) assertSealedColumns(columns, questionTypes[type].columns.names, heading);
      let answer: ReturnType<typeof rowToAnswer>;
      try {
        answer = rowToAnswer({ ...row, picture_sha256s: row.picture_sha256s || "[]" });
      } catch {
        return "a cell with a list (shown, ranking, picture_sha256s) is not valid JSON";
      }
      if (answer === null) return `it contains no answer of type “${row.question_type}” to what was shown`;
      const { isExcluded, criterion } = answer;
      const latencyMs = Number(row.latency_ms);
      return [
        {
          question: criterion,
          isExcluded,
          answer: { ...withNames(answer, name), ...(latencyMs > 0 ? { latencyMs } : {}) },
          once: null,
          number,
        },
      ];
    },
    notes: () =>
      changed === 0
        ? []
        : [
            `${counted(changed, "row does not match its hash", "rows do not match their hashes")}: the file was changed after it was written.`,
          ],
  };
}

/** Names of answers in composed form. */
function withNames(answer: ArmAnswer, name: (text: string) => string): ArmAnswer {
  const base = {
    caption: name(answer.caption),
    rater: name(answer.rater),
    shown: answer.shown.map(name),
    ...(answer.item === undefined ? {} : { item: name(answer.item) }),
  };
  return questionTypes[answer.type].answers.rename(answer, base, name);
}
