/** Which of a study's votes are asked for. */
import { type CaptionCategory, parseCategory } from "@/lib/datasets/caption-category";
import { type RaterFilter, raterFilters } from "@/lib/studies/design/rater-filter";

export type VoteSelection = {
  readonly raters?: RaterFilter;
  /** Only captions that contain this text, in whatever case. */
  readonly containing?: string;
  /** Only these captions. */
  readonly captions?: readonly string[];
  /** Only captions of this category. */
  readonly category?: CaptionCategory;
};

/**
 * `raters`, `containing`, `caption` (any number of times) and `category` out of an address; `raters` is absent, which
 * stands for what the study registered, where the address has none that can be used.
 */
export function readVoteSelection(
  asked: URLSearchParams,
): VoteSelection & Required<Pick<VoteSelection, "containing" | "captions">> {
  const raters = raterFilters.find((filter) => filter === asked.get("raters"));
  const category = parseCategory(asked.get("category") ?? "");
  return {
    ...(raters ? { raters } : {}),
    ...(category ? { category } : {}),
    containing: asked.get("containing") ?? "",
    captions: asked.getAll("caption"),
  };
}
