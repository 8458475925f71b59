/** How a file of ratings would be read, or why it is rejected. */
import { DataTable } from "@/components/data-table";
import { DescriptionList } from "@/components/description-list";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import type { RatingsPreview, RatingsRefusal } from "@/lib/votes/import/preview-ratings";

const namedModels = 12;

export function PreviewOfRatings({ preview }: { preview: RatingsPreview }) {
  const { columns, questions, headings, rows, notes } = preview;
  const taken = Object.entries(columns).map(([field, column]) => `${field} = ${column}`);
  return (
    <Section title="Preview" text={`The first rows of ${preview.fileName}, and how its columns are read.`}>
      <Panel>
        <DescriptionList
          items={[
            {
              name: "Columns",
              value: taken.length === 0 ? "those of a votes file of Semblance" : taken.join(", "),
            },
            ...questions.map((question) => ({
              name: question.question ?? "Question",
              value: `${question.answers} ${question.answersAre} of ${plural(question.raters, "rater", "raters")} on ${plural(question.captions, "caption", "captions")}; ${modelsText(question.models)}`,
            })),
          ]}
        />
      </Panel>
      {notes.length > 0 ? (
        <div className="mt-4 grid gap-3">
          {notes.map((note) => (
            <Notice key={note} title={note} />
          ))}
        </div>
      ) : null}
      <div className="mt-4">
        <DataTable
          caption="First rows"
          columns={headings.map((heading, at) => ({
            key: `${at}`,
            header: heading === "" ? `(column ${at + 1})` : heading,
            cell: ({ cells }: { cells: readonly string[] }) => (
              <span className="[overflow-wrap:anywhere]">{cells[at] ?? ""}</span>
            ),
          }))}
          rows={rows.map((cells, place) => ({ cells, place }))}
          rowKey={({ place }) => `${place}`}
        />
      </div>
    </Section>
  );
}

function modelsText(models: readonly string[]): string {
  const named = models.slice(0, namedModels).join(", ");
  const more = models.length > namedModels ? ` and ${models.length - namedModels} more` : "";
  return `${plural(models.length, "model", "models")}: ${named}${more}`;
}

export function RefusedRatings({ refusal }: { refusal: RatingsRefusal }) {
  const { message, remedy, badRows, badRowCount } = refusal;
  return (
    <Notice kind="error" title={message}>
      {badRows.length > 0 ? (
        <ul className="grid list-disc gap-1 ps-5">
          {badRows.map(({ line, reason }) => (
            <li key={line}>
              Line {line}: {reason}
            </li>
          ))}
          {badRowCount > badRows.length ? <li>and {badRowCount - badRows.length} more</li> : null}
        </ul>
      ) : null}
      {remedy ? <p className={badRows.length > 0 ? "mt-2" : undefined}>{remedy}</p> : null}
    </Notice>
  );
}
