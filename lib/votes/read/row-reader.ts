/** What the readers of rows give, whoever wrote the file. */
import type { ArmAnswer } from "@/lib/questions/question-types";

/** An answer with what else a file says of it. */
export type FileAnswer = ArmAnswer & { readonly latencyMs?: number };

/** A model's place in a ranking that several rows make. */
export type RankedArm = {
  readonly caption: string;
  readonly rater: string;
  readonly item?: string;
  readonly arm: string;
  /** 1 is the best. */
  readonly rank: number;
};

/** `number` is that of the line or record. */
export type ReadRow = { readonly question: string | null; readonly number: number } & (
  | {
      readonly isExcluded: boolean;
      readonly answer: FileAnswer;
      /** What may be answered once, in one text; null where repeats are answers of their own. */
      readonly once: string | null;
    }
  | { readonly ranked: RankedArm }
);

export type RowReader = {
  /** What the row says, which may be nothing; or, in words, why it cannot be used. */
  read(cells: readonly string[], number: number): readonly ReadRow[] | string;
  /** Whether rows that are alike in all cells are copies: not where they name neither caption nor rater. */
  readonly canBeCopied: boolean;
  notes(): string[];
};

/** Cells as names: without blanks around them, in composed form. Most are in many rows and are worked out once. */
export function names(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let name = known.get(text);
    if (name === undefined) {
      name = text.trim().normalize("NFC");
      known.set(text, name);
    }
    return name;
  };
}
