/** Which images of the dataset are listed, as the page's address says it. */
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { parameter, type SearchParams } from "@/components/list-query";
import { Link } from "@/components/page-link";
import {
  everyImage,
  type ImageFilter,
  imageStandings,
  imageTraits,
  smallSidePx,
  tokensRead,
} from "@/lib/datasets/browse-images";
import { readCategory } from "./categories";

const traitNames: Record<(typeof imageTraits)[number], string> = {
  "no-caption": "without a caption",
  long: `a caption over ${tokensRead} tokens`,
  small: `smaller than ${smallSidePx} px`,
  duplicate: "near duplicates",
};

const captionTraits = ["no-caption", "long"] as const satisfies (typeof imageTraits)[number][];

const standingNames: Record<(typeof imageStandings)[number], string> = {
  used: "Training and held out",
  training: "Training",
  "held-out": "Held out",
  excluded: "Excluded",
  all: "All",
};

/** Anything unusable in the address is as if it were not there. */
export function readFilter(params: SearchParams): ImageFilter {
  const [trait, standing] = [parameter(params, "trait"), parameter(params, "standing")];
  return {
    text: (parameter(params, "text") ?? "").slice(0, 200),
    trait: imageTraits.find((each) => each === trait) ?? null,
    standing: imageStandings.find((each) => each === standing) ?? everyImage.standing,
    category: readCategory(params) ?? null,
  };
}

/** The filter as parameters of an address. */
export function toQuery({
  text,
  trait,
  standing,
  category,
}: ImageFilter): Record<string, string | undefined> {
  return {
    text: text.trim() || undefined,
    trait: trait ?? undefined,
    standing: standing === everyImage.standing ? undefined : standing,
    category: category?.name,
    value: category?.value,
  };
}

/** @param ofCaptions the dataset is of captions alone: nothing about images can be asked */
export function ImageFilters({
  path,
  filter,
  ofCaptions,
}: {
  path: string;
  filter: ImageFilter;
  ofCaptions: boolean;
}) {
  const isFiltered = Object.values(toQuery(filter)).some((value) => value !== undefined);
  return (
    <form method="get" action={path} className="mb-5 flex flex-wrap items-end gap-3">
      <TextField
        label="Caption contains"
        name="text"
        type="search"
        defaultValue={filter.text}
        className="w-full sm:w-56"
      />
      <SelectField
        label="Only"
        name="trait"
        defaultValue={filter.trait ?? ""}
        className="min-w-40 flex-1 sm:flex-none"
      >
        <option value="">{ofCaptions ? "any entry" : "any image"}</option>
        {(ofCaptions ? captionTraits : imageTraits).map((trait) => (
          <option key={trait} value={trait}>
            {traitNames[trait]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Split"
        name="standing"
        defaultValue={filter.standing}
        className="min-w-40 flex-1 sm:flex-none"
      >
        {imageStandings.map((standing) => (
          <option key={standing} value={standing}>
            {standingNames[standing]}
          </option>
        ))}
      </SelectField>
      {filter.category ? (
        <>
          <input type="hidden" name="category" value={filter.category.name} />
          <input type="hidden" name="value" value={filter.category.value} />
        </>
      ) : null}
      <Button type="submit">Show</Button>
      {isFiltered ? (
        <Link href={path} className="rounded-sm pb-2 text-sm underline">
          Show all
        </Link>
      ) : null}
    </form>
  );
}
