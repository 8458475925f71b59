/** An answer as the browser sends it, and what can keep the server from taking it. */
import type { ImageMarks, RaterAnswer } from "@/lib/questions/rater-answer";
import type { RaterStrings } from "./strings/rater-strings";

export type Answer = {
  assignmentId: string;
  answer: RaterAnswer;
  marks: ImageMarks[];
  clientKey: string;
  /** Key of the answer to the same item that this one takes the place of. */
  revises?: string;
  latencyMs: number;
  viewportPx: string;
  inputKind: "key" | "mouse" | "touch" | "pen" | "";
};

/** Why the server did not take an answer, by the name of the message that its rater reads. */
export type Refusal = keyof RaterStrings["refusals"];
