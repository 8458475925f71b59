/** Every file of a study's results, with what it is for. */
import { Download } from "lucide-react";
import { ButtonAnchor } from "@/components/button";
import { CommandLine } from "@/components/command-line";
import { Panel } from "@/components/panel";

/** Files that can hold all questions at once. */
const allFiles = [
  "leaderboard.csv",
  "leaderboard.json",
  "leaderboard.parquet",
  "differences.csv",
  "votes.csv",
];

/**
 * @param file the address of a result file, with the page's selection, of the page's question or of all
 * @param isOneOfSeveral whether the study has more questions than the page's
 */
export function ResultFiles({
  file,
  isOneOfSeveral,
  hasCorrelations,
}: {
  file: (name: string, of: "question" | "all") => string;
  isOneOfSeveral: boolean;
  hasCorrelations: boolean;
}) {
  const ofWhat = isOneOfSeveral ? " of this question" : "";
  const files = [
    {
      name: "leaderboard.csv",
      label: "CSV",
      text: `The leaderboard${ofWhat} with standard column names.`,
    },
    { name: "leaderboard.json", label: "JSON", text: "The same rows for programs." },
    { name: "leaderboard.parquet", label: "Parquet", text: "The same rows with types." },
    {
      name: "differences.csv",
      label: "Differences",
      text: "The difference between every two arms, and whether the study separates them.",
    },
    {
      name: "sensitivity.json",
      label: "Sensitivity",
      text: "The leading difference under alternative choices, for programs.",
    },
    ...(hasCorrelations
      ? [
          {
            name: "correlations.json",
            label: "Correlations",
            text: "Correlations of metrics with people’s mean scores, and their differences, as JSON.",
          },
        ]
      : []),
    {
      name: "votes.csv",
      label: "Votes",
      text: `The votes${ofWhat}, one per row, with excluded and flagged raters marked.`,
    },
    {
      name: "release.zip",
      label: "Release",
      text: "The votes for all questions, the plan and every image: everything needed to rebuild the leaderboard. It is provisional until a day after the study closes. After the first final release, raters can no longer be excluded or reinstated.",
    },
  ];
  return (
    <Panel>
      <ul className="grid gap-4">
        {files.map(({ name, label, text }) => (
          <li key={name} className="grid items-center gap-x-5 gap-y-1.5 sm:grid-cols-[13rem_minmax(0,1fr)]">
            <ButtonAnchor
              href={file(name, "question")}
              download
              icon={<Download className="size-4" aria-hidden="true" />}
            >
              {label}
            </ButtonAnchor>
            <span className="text-sm text-muted">{text}</span>
          </li>
        ))}
      </ul>
      {isOneOfSeveral ? (
        <p className="mt-5 text-sm">
          All questions in one file, in the column criterion:{" "}
          {allFiles.map((name, index) => (
            <span key={name}>
              {index > 0 ? ", " : null}
              <a className="prose-link" href={file(name, "all")} download>
                {name}
              </a>
            </span>
          ))}
        </p>
      ) : null}
      <p className="mt-5 mb-2 text-sm text-muted">
        Rebuild the leaderboard from a release and compare it byte for byte:
      </p>
      <CommandLine command="npx semblance rebuild release.zip" />
    </Panel>
  );
}
