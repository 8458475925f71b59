/** Whose images, how they are shared out, and what people are told. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { FieldGroup } from "@/components/field";
import { percent } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import {
  FormCheckbox,
  FormChoice,
  FormNumberField,
  FormSelect,
  FormTextArea,
  FormTextField,
} from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { type OpenDeskInput, openDeskInput } from "@/lib/desks/desk-fields";
import { openDeskAction } from "../actions";

export function DeskForm({
  datasets,
  datasetId,
  categories,
}: {
  datasets: { id: string; name: string }[];
  datasetId: string;
  /** Of the chosen dataset, as `NAME=VALUE`. */
  categories: string[];
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: openDeskInput,
    defaultValues: {
      datasetId,
      name: "",
      selection: "without-caption",
      category: "",
      people: 4,
      overlap: 0.1,
      peoplePerShared: 2,
      captionsPerImage: 1,
      instructions: "",
      language: "en",
      captionLanguage: "en",
      way: "open-link",
      holdHours: 48,
      showsDrafts: true,
    },
    submit: openDeskAction,
    onSuccess: ({ deskId }) => router.push(`/admin/datasets/desks/${deskId}`),
  });
  const { control, pending } = form;
  const { selection, overlap } = useWatch({ control }) as OpenDeskInput;
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup title="Images">
        <FormSelect
          control={control}
          name="datasetId"
          label="Dataset"
          onValue={(id) => router.replace(`/admin/datasets/desks/new?dataset=${id}`)}
          disabled={pending}
        >
          {datasets.length === 0 ? <option value="">No dataset with images</option> : null}
          {datasets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </FormSelect>
        <FormSelect control={control} name="selection" label="Which images" disabled={pending}>
          <option value="without-caption">Those without a caption</option>
          <option value="all">All</option>
          <option value="training">Those for training</option>
          <option value="held-out">Those held out</option>
          {categories.length > 0 ? <option value="category">Those of a category</option> : null}
        </FormSelect>
        {selection === "category" ? (
          <FormSelect control={control} name="category" label="Category" disabled={pending}>
            <option value="">Choose</option>
            {categories.map((each) => (
              <option key={each} value={each}>
                {each.replace("=", ": ")}
              </option>
            ))}
          </FormSelect>
        ) : null}
        <FormTextField control={control} name="name" label="Name of the desk" disabled={pending} />
      </FieldGroup>
      <FieldGroup title="Shares" text="Shares are equal. What somebody leaves undone goes to the others.">
        <FormNumberField
          control={control}
          name="people"
          label="People who share the work"
          disabled={pending}
        />
        <FormNumberField
          control={control}
          name="captionsPerImage"
          label="Captions per image and person"
          help="Up to 5."
          disabled={pending}
        />
        <FormNumberField
          control={control}
          name="overlap"
          codec={percent}
          unit="%"
          label="Images that several people describe"
          help="On these the desk measures how much people agree. 0 for none."
          disabled={pending}
        />
        {overlap > 0 ? (
          <FormNumberField
            control={control}
            name="peoplePerShared"
            label="People for each of those"
            disabled={pending}
          />
        ) : null}
        <FormNumberField
          control={control}
          name="holdHours"
          unit="hours"
          label="A share waits for its person"
          help="Counted from their last caption. Before the first one it waits an hour."
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup title="People">
        <FormChoice
          control={control}
          name="way"
          legend="Who gets in"
          choices={[
            { value: "open-link", title: "Whoever has the link", text: "One link for everybody." },
            { value: "personal-links", title: "Invited people", text: "Each gets a link of their own." },
          ]}
        />
        <FormTextArea
          control={control}
          name="instructions"
          label="Instructions"
          optional
          rows={5}
          help="What a good caption says, in the words of your field."
          disabled={pending}
        />
        <FormSelect control={control} name="language" label="Language of the page" disabled={pending}>
          <option value="en">English</option>
          <option value="de">German</option>
        </FormSelect>
        <FormTextField
          control={control}
          name="captionLanguage"
          label="Language of the captions"
          help="A language tag such as en, de or pt-BR."
          disabled={pending}
        />
        <FormCheckbox
          control={control}
          name="showsDrafts"
          label="Show drafts of a model"
          help="If you have a model draft captions, people see them as suggestions. They accept or change them."
          disabled={pending}
        />
      </FieldGroup>
      <FormEnd form={form} label="Open the desk" back="/admin/datasets/desks" />
    </form>
  );
}
