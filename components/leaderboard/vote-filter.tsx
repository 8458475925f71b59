/** Which answers the leaderboard counts, by caption and by how raters worked: one line that opens a form, without script. */
import { Button, ButtonLink } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { formatCount } from "@/components/numbers";
import { type CaptionCategory, categoryToText } from "@/lib/datasets/caption-category";
import type { CategoryCount } from "@/lib/datasets/list-categories";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";

const raterFilterTexts: Record<RaterFilter, string> = {
  "not-excluded": "All except excluded raters",
  "not-flagged": "All except excluded and flagged raters",
  all: "Everybody, including excluded raters",
};

export function VoteFilter({
  path,
  kept,
  raters,
  registered,
  containing,
  category,
  categories,
}: {
  path: string;
  /** Parameters of the address that filtering keeps. */
  kept: Record<string, string | undefined>;
  raters: RaterFilter;
  /** Those whom the study's registration counts. */
  registered: RaterFilter;
  containing: string;
  category: CaptionCategory | undefined;
  /** Those of the study's captions. */
  categories: readonly CategoryCount[];
}) {
  const isFiltered = raters !== registered || containing !== "" || category !== undefined;
  const names = [...new Set(categories.map(({ name }) => name))];
  return (
    <details open={isFiltered} className="mb-5 rounded-lg border bg-surface px-5 py-2.5 text-sm">
      <summary className="w-fit cursor-pointer rounded-sm">
        <span className="font-medium">Answers counted:</span> {sentencePart(raterFilterTexts[raters])}
        {containing === "" ? null : `, captions that contain “${containing}”`}
        {category ? `, captions whose ${category.name} is “${category.value}”` : null}
      </summary>
      <form action={path} aria-label="Answers to count" className="mt-4 mb-2.5 grid gap-4">
        {Object.entries(kept).map(([name, value]) =>
          value ? <input key={name} type="hidden" name={name} value={value} /> : null,
        )}
        <div className="grid items-end gap-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
          <SelectField label="Raters" name="raters" defaultValue={raters}>
            {Object.entries(raterFilterTexts).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </SelectField>
          <TextField label="Captions that contain" name="containing" defaultValue={containing} />
          {names.length === 0 ? null : (
            <SelectField
              label="Captions of the category"
              name="category"
              defaultValue={category ? categoryToText(category) : ""}
            >
              <option value="">All captions</option>
              {names.map((name) => (
                <optgroup key={name} label={name}>
                  {categories
                    .filter((each) => each.name === name)
                    .map((each) => (
                      <option key={each.value} value={categoryToText(each)}>
                        {each.value} ({formatCount(each.captionCount)})
                      </option>
                    ))}
                </optgroup>
              ))}
            </SelectField>
          )}
          <div className="flex flex-wrap gap-2.5">
            <Button type="submit">Apply</Button>
            {isFiltered ? (
              <ButtonLink
                variant="quiet"
                href={kept.criterion ? `${path}?criterion=${kept.criterion}` : path}
              >
                Count as planned
              </ButtonLink>
            ) : null}
          </div>
        </div>
      </form>
    </details>
  );
}

function sentencePart(text: string): string {
  return `${text[0]!.toLowerCase()}${text.slice(1)}`;
}
