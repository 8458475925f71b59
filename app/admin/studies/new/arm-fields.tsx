/** What is compared: sources to tick, each with the name that the leaderboard shows. */
"use client";

import { FieldGroup } from "@/components/field";
import { type Codec, words } from "@/components/form/codecs";
import { FormCheckbox, FormNumberField, FormSelect, FormTextField } from "@/components/form/form-fields";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { categoryToText } from "@/lib/datasets/caption-category";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { armName, chosenSources } from "./study-values";
import type { StudyFormState } from "./use-study-form";

export function ArmFields({ state, sources }: { state: StudyFormState; sources: ArmSource[] }) {
  const { values, control, error } = state;
  const chosen = chosenSources(values, sources);
  const tooFew = chosen.length < 2 ? error("arms") : undefined;
  const categories = [...new Set(chosen.flatMap((source) => (source.categories ?? []).map(categoryToText)))];
  const counted = values.captionChoice === "first" || values.captionChoice === "random";
  return (
    <>
      <FieldGroup
        title="Arms"
        text={`${sources.some(({ kind }) => kind === "dataset") ? "The sources to compare. They can include the real photographs" : "The sources to compare"}: raters are never told which is which.`}
      >
        {tooFew ? <Notice kind="error" title={tooFew} /> : null}
        <fieldset name="arms" className="grid gap-4">
          <legend className="sr-only">Arms</legend>
          {sources.map((source) => {
            const index = chosen.indexOf(source);
            return (
              <div key={source.id} className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
                <FormCheckbox
                  control={control}
                  name={`arm ${source.id}`}
                  label={source.name}
                  help={`${source.kind === "dataset" ? "Photographs" : "Sample set"}, ${plural(source.imageCount, "image", "images")}`}
                />
                {index >= 0 ? (
                  <FormTextField
                    label="Name on the leaderboard"
                    control={control}
                    name={`armName ${source.id}`}
                    codec={armNameOf(source)}
                  />
                ) : null}
              </div>
            );
          })}
        </fieldset>
      </FieldGroup>
      <FieldGroup title="Captions" text="Only captions for which every arm has an image can be used.">
        <div className="grid gap-5 sm:grid-cols-2">
          <FormSelect label="Which captions" control={control} name="captionChoice">
            <option value="all">All captions the arms share</option>
            <option value="random">A random selection</option>
            <option value="first">The first ones</option>
            <option value="containing">Those that contain a word or phrase</option>
            {categories.length > 0 || values.captionChoice === "category" ? (
              <option value="category">Those of some categories</option>
            ) : null}
          </FormSelect>
          {counted ? (
            <FormNumberField codec={words} label="How many captions" control={control} name="captionCount" />
          ) : null}
          {values.captionChoice === "containing" ? (
            <FormTextField label="Word or phrase" control={control} name="captionText" />
          ) : null}
        </div>
        {values.captionChoice === "category" ? (
          <fieldset className="grid max-h-72 gap-3 overflow-y-auto sm:grid-cols-2">
            <legend className="mb-2 text-sm font-semibold">Categories</legend>
            {categories.map((category) => (
              <FormCheckbox
                key={category}
                control={control}
                name={`category ${category}`}
                label={category.replace("=", ": ")}
              />
            ))}
          </fieldset>
        ) : null}
      </FieldGroup>
      <FieldGroup
        title="Image sizes"
        text="All images are brought to the size of the smallest, 512 px at most, so that resolution gives no arm away."
      >
        <FormSelect
          label="Images that are not square"
          help={
            values.imageFit === "crop"
              ? "What is outside of the square is not shown."
              : "If the arms differ in aspect, raters can tell them apart by it."
          }
          control={control}
          name="imageFit"
          className="max-w-96"
        >
          <option value="crop">The centred square is cut out</option>
          <option value="fit">The whole image, within the square on grey</option>
          <option value="area">The whole image at its own aspect, all with the same area</option>
        </FormSelect>
      </FieldGroup>
    </>
  );
}

/** Until a name is typed, the source's own. */
function armNameOf(source: ArmSource): Codec<string | boolean> {
  return {
    parse: (text) => text,
    format: (value) => armName({ [`armName ${source.id}`]: value }, source),
  };
}
