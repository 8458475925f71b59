/** Where the answers of an imported study come from, and how they were read. */
import { DescriptionList } from "@/components/description-list";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import type { ImportedStudy } from "@/lib/studies/imported-study";

export function ImportedAnswers({
  imported: { fileName, sha256, answers, columns, notes },
}: {
  imported: ImportedStudy;
}) {
  const taken = Object.entries(columns).map(([field, column]) => `${field} = ${column}`);
  return (
    <Section
      title="Imported answers"
      text="These answers were given elsewhere. The study takes no more, and has no images."
    >
      <Panel>
        <DescriptionList
          items={[
            { name: "File", value: fileName },
            { name: "SHA-256", value: <code className="text-xs">{sha256}</code> },
            { name: "Answers", value: answers },
            {
              name: "Columns",
              value: taken.length === 0 ? "of a votes file of Semblance" : taken.join(", "),
            },
            ...(notes.length === 0
              ? []
              : [
                  {
                    name: "Notes",
                    value: (
                      <ul className="grid gap-1">
                        {notes.map((note) => (
                          <li key={note}>{note}</li>
                        ))}
                      </ul>
                    ),
                  },
                ]),
          ]}
        />
      </Panel>
    </Section>
  );
}
