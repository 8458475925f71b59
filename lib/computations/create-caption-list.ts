/** Stores a list of captions as a dataset; counting the tokens of many takes a while. */
import type { z } from "zod";
import type { captionListInput } from "@/lib/datasets/caption-list-fields";
import { createCaptionList } from "@/lib/datasets/create-caption-list";

export function compute(input: z.input<typeof captionListInput>): ReturnType<typeof createCaptionList> {
  return createCaptionList(input);
}
