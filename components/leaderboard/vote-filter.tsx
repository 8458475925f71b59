/** Which answers the leaderboard counts: by caption and by how raters worked. A form of the page's address, no script. */
import { Button, ButtonLink } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { Panel } from "@/components/panel";
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
}: {
  path: string;
  /** Parameters of the address that filtering keeps. */
  kept: Record<string, string | undefined>;
  raters: RaterFilter;
  /** Those whom the study's registration counts. */
  registered: RaterFilter;
  containing: string;
}) {
  const isFiltered = raters !== registered || containing !== "";
  return (
    <Panel className="mb-8">
      <form action={path} aria-label="Answers to count" className="grid gap-4">
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
    </Panel>
  );
}
