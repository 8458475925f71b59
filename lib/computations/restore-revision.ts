/** Restores an earlier revision of a dataset; 100,000 captions take a while. */
import type { z } from "zod";
import type { Revised } from "@/lib/datasets/revisions/make-revision";
import { restoreRevision } from "@/lib/datasets/revisions/restore-revision";
import type { restorationInput } from "@/lib/datasets/revisions/revision-fields";

export function compute(input: z.output<typeof restorationInput>): Promise<Revised> {
  return restoreRevision(input);
}
