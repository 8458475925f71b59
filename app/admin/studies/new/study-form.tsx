"use client";
/** The form behind a study's design; errors stand at their fields, and nothing typed is lost. */
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { CheckboxField, NumberField, TextAreaField, TextField } from "@/components/field";
import { Notice } from "@/components/notice";
import { Panel } from "@/components/panel";
import { fieldErrors } from "@/lib/accounts/field-errors";
import type { ArmSource } from "@/lib/studies/list-arm-sources";
import { standardCriteria, studyDesign } from "@/lib/studies/study-design";
import { createStudyAction } from "../actions";

type Failure = { message: string; remedy?: string | undefined; fields?: Record<string, string> | undefined };

export function StudyForm({ sources }: { sources: ArmSource[] }) {
  const router = useRouter();
  const [name, setName] = useState("");
  const [instructions, setInstructions] = useState("");
  /** Arm name by the id of its chosen source. */
  const [arms, setArms] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState<string[]>([standardCriteria[0].key]);
  const [ownQuestion, setOwnQuestion] = useState("");
  const [ratersPerItem, setRatersPerItem] = useState("3");
  const [itemsPerRater, setItemsPerRater] = useState("40");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);

  const chosen = sources.filter((source) => source.id in arms);
  const errors = failure?.fields ?? {};
  const design = {
    name,
    instructions,
    arms: chosen.map((source) => ({
      name: arms[source.id] ?? "",
      ...(source.kind === "dataset" ? { datasetId: source.id } : { sampleSetId: source.id }),
    })),
    criteria: [
      ...standardCriteria.filter(({ key }) => asked.includes(key)),
      ...(ownQuestion.trim() ? [{ key: "own-question", question: ownQuestion }] : []),
    ],
    ratersPerItem: Number(ratersPerItem),
    itemsPerRater: Number(itemsPerRater),
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    const checked = studyDesign.safeParse(design);
    if (!checked.success) {
      setFailure({ message: "Some fields need correcting.", fields: fieldErrors(checked.error) });
      return;
    }
    setPending(true);
    try {
      const result = await createStudyAction(checked.data);
      if (result.ok) {
        router.push(`/admin/studies/${result.value.id}`);
        return;
      }
      setFailure(result);
    } catch {
      setFailure({ message: "The server did not answer.", remedy: "Check the connection and try again." });
    }
    setPending(false);
  }

  return (
    <form onSubmit={submit} noValidate className="grid max-w-3xl gap-6">
      {failure ? (
        <Notice kind="error" title={failure.message}>
          {failure.remedy}
        </Notice>
      ) : null}
      <Panel>
        <div className="grid gap-5">
          <TextField
            label="Name"
            help="Raters see it when they follow the link."
            value={name}
            error={errors.name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextAreaField
            label="Instructions"
            optional
            help="Shown before the first pair, above a short standard text."
            value={instructions}
            error={errors.instructions}
            onChange={(event) => setInstructions(event.target.value)}
          />
        </div>
      </Panel>
      <Panel>
        <fieldset className="grid gap-4">
          <legend className="mb-3 font-serif text-xl">Arms</legend>
          {errors.arms ? <Notice kind="error" title={errors.arms} /> : null}
          {sources.map((source) => {
            const index = chosen.indexOf(source);
            return (
              <div key={source.id} className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
                <CheckboxField
                  label={source.name}
                  help={`${source.kind === "dataset" ? "Photographs" : "Sample set"}, ${source.pictureCount} pictures`}
                  checked={index >= 0}
                  onChange={(event) => setArms(toggleArm(arms, source, event.target.checked))}
                />
                {index >= 0 ? (
                  <TextField
                    label="Name on the leaderboard"
                    value={arms[source.id]}
                    error={errors[`arms.${index}.name`]}
                    onChange={(event) => setArms({ ...arms, [source.id]: event.target.value })}
                  />
                ) : null}
              </div>
            );
          })}
        </fieldset>
      </Panel>
      <Panel>
        <fieldset className="grid gap-4">
          <legend className="mb-3 font-serif text-xl">Questions</legend>
          {errors.criteria ? <Notice kind="error" title={errors.criteria} /> : null}
          {standardCriteria.map((criterion) => (
            <CheckboxField
              key={criterion.key}
              label={criterion.question}
              checked={asked.includes(criterion.key)}
              onChange={(event) =>
                setAsked(
                  event.target.checked
                    ? [...asked, criterion.key]
                    : asked.filter((key) => key !== criterion.key),
                )
              }
            />
          ))}
          <TextField
            label="A question of your own"
            optional
            value={ownQuestion}
            error={errors[`criteria.${design.criteria.length - 1}.question`]}
            onChange={(event) => setOwnQuestion(event.target.value)}
          />
        </fieldset>
      </Panel>
      <Panel>
        <div className="grid gap-5 sm:grid-cols-2">
          <NumberField
            label="Raters per pair"
            help="How many different people answer each pair."
            value={ratersPerItem}
            error={errors.ratersPerItem}
            onChange={(event) => setRatersPerItem(event.target.value)}
          />
          <NumberField
            label="Pairs per rater"
            help="Nobody is asked for more. Forty take about five minutes."
            value={itemsPerRater}
            error={errors.itemsPerRater}
            onChange={(event) => setItemsPerRater(event.target.value)}
          />
        </div>
      </Panel>
      <Notice title={plan(chosen, design.criteria.length, design.ratersPerItem)} />
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          Save draft
        </Button>
      </div>
    </form>
  );
}

function toggleArm(arms: Record<string, string>, source: ArmSource, on: boolean): Record<string, string> {
  if (on) return { ...arms, [source.id]: source.kind === "dataset" ? "real" : source.name };
  return Object.fromEntries(Object.entries(arms).filter(([id]) => id !== source.id));
}

/** What the design amounts to, in a sentence. */
function plan(chosen: ArmSource[], criteria: number, ratersPerItem: number): string {
  if (chosen.length < 2 || criteria === 0) return "Choose at least two arms and one question.";
  const pairs = (chosen.length * (chosen.length - 1)) / 2;
  const captions = Math.min(...chosen.map((source) => source.pictureCount));
  const items = pairs * captions * criteria;
  const votes = Number.isInteger(ratersPerItem) && ratersPerItem > 0 ? ratersPerItem * items : null;
  return `At most ${items} pairs${votes ? ` and ${votes} answers` : ""}: ${pairs} ${pairs === 1 ? "combination" : "combinations"} of arms on up to ${captions} captions${criteria > 1 ? `, ${criteria} questions` : ""}.`;
}
