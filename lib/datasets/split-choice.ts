/** Which images of a dataset are meant: those that models learn from, those held out, or both. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";

/** Null: both. */
export const splitChoice = z.enum(["TRAINING", "HELD_OUT"]).nullable().default(null);

/** As people read it before a noun, and as commands and addresses have it. */
export const splitWords: Readonly<Record<Split, string>> = { TRAINING: "training", HELD_OUT: "held-out" };

/**
 * @param name absent: both
 * @param option that it was given by, such as "--split"
 * @throws SemblanceError `invalid_input` for another name
 */
export function readSplit(name: string | undefined, option: string): Split | null {
  if (name === undefined) return null;
  const split = (Object.keys(splitWords) as Split[]).find((each) => splitWords[each] === name);
  if (split !== undefined) return split;
  throw new SemblanceError("invalid_input", `${option} must be training or held-out, not ${name}.`, {
    remedy: "Leave it out to take all images.",
  });
}
