/** An audit as a file for people (Markdown) and for programs (JSON). */
import { counted } from "@/lib/text/counted";
import { markdownTable } from "@/lib/text/markdown-table";
import {
  type DuplicateSummary,
  duplicatesToText,
  type ListedDuplicate,
  listNearDuplicates,
  summarizeDuplicates,
} from "../duplicates/list-near-duplicates";
import { splitWords } from "../split-choice";
import type { ContradictionCounts } from "./contradictions";
import { mostContradictions } from "./contradictions";
import type { Finding } from "./findings";
import { getFinishedAudit } from "./get-audit";
import type { AuditCounts } from "./judge-counts";
import { listOpenContradictions, type OpenContradiction } from "./open-contradictions";
import type { WordLists } from "./word-lists";

export type AuditReport = {
  dataset: string;
  revision: number;
  /** ISO 8601. */
  finishedAt: string;
  findings: readonly Finding[];
  counts: AuditCounts;
  compared: ContradictionCounts | null;
  /** Those that nobody has dealt with. */
  contradictions: readonly Omit<OpenContradiction, "imageId">[];
  /** As they are now: null where nobody has looked for them. */
  nearDuplicates: (DuplicateSummary & { list: readonly ListedDuplicate[] }) | null;
  wordLists: WordLists;
};

/** Of the newest audit that is done. @throws SemblanceError as `getFinishedAudit` */
export async function getAuditReport(datasetId: string): Promise<AuditReport> {
  const { dataset, audit } = await getFinishedAudit(datasetId);
  const { contradictions } = await listOpenContradictions(audit.id, {
    page: 1,
    pageSize: mostContradictions,
  });
  const duplicates = await summarizeDuplicates(datasetId);
  return {
    dataset: dataset.name,
    revision: audit.revision,
    finishedAt: audit.finishedAt.toISOString(),
    findings: audit.findings,
    counts: audit.counts,
    compared: audit.compared,
    contradictions: contradictions.map(({ imageId: _, ...contradiction }) => contradiction),
    nearDuplicates: duplicates && { ...duplicates, list: await listNearDuplicates(datasetId) },
    wordLists: audit.lists,
  };
}

/** Of the contradictions, and of near duplicates; the JSON file has all. */
const mostRows = 100;

export function reportToMarkdown(report: AuditReport): string {
  const { counts, compared, contradictions } = report;
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const parts = [
    `# Audit of ${report.dataset}, revision ${report.revision}`,
    `${counted(counts.images, "image", "images")}, ${counted(counts.captions, "caption", "captions")}; done ${report.finishedAt}. ` +
      `${counted(counts.withoutAny, "has", "have")} captions that name no attribute. Attributes are found in captions by word lists.`,
    "## Findings",
    report.findings.length === 0
      ? "Nothing stands out."
      : report.findings.map(({ text }) => `- ${text}`).join("\n"),
    "## Attributes",
    ...counts.attributes
      .filter(({ named }) => named > 0)
      .map(({ name, named, values }) =>
        [
          `### ${name}, named for ${counted(named, "image", "images")}`,
          markdownTable(
            ["value", "images", "share of those", "said not to be there"],
            values
              .filter((value) => value.images > 0 || value.negated > 0)
              .map((value) => [value.name, value.images, percent(value.images / named), value.negated]),
          ),
        ].join("\n\n"),
      ),
    "## Combinations",
    counts.combinations.length === 0
      ? "No combination of two attributes is missing, rare or frequent."
      : markdownTable(
          ["combination", "images", "expected if independent", "verdict"],
          counts.combinations.map(
            ({ row, column, rows, columns, observed, expected, verdict, mayBeChance }) => [
              `${row} (${rows}) and ${column} (${columns})`,
              observed,
              expected.toFixed(1),
              mayBeChance ? `${verdict}, may be chance` : verdict,
            ],
          ),
        ),
  ];
  const { splitComparison } = counts;
  if (splitComparison) {
    const [one, two] = splitComparison.splits;
    parts.push(
      "## Splits",
      splitComparison.skewed.length === 0
        ? `None of ${counted(splitComparison.compared, "value differs", "values differ")} between ${one} and ${two} images beyond chance.`
        : markdownTable(
            ["value", one, two, "difference", "interval"],
            splitComparison.skewed.map(({ attribute, value, shares, difference, low, high }) => [
              `${value} (${attribute})`,
              percent(shares[0]),
              percent(shares[1]),
              percent(difference),
              `${percent(low)} to ${percent(high)}`,
            ]),
          ),
    );
  }
  if (compared) {
    parts.push(
      "## Images that look unlike their captions",
      `By ${compared.network}: a caption is compared with the same caption naming another value.`,
      ...compared.attributes.map(({ name, asked }) =>
        [
          `### ${name}`,
          markdownTable(
            ["captions say", "images", "images look like"],
            asked.map(({ value, images, shown }) => [
              value,
              images,
              shown.map((each) => `${each.value} ${each.images}`).join(", "),
            ]),
          ),
        ].join("\n\n"),
      ),
    );
    if (contradictions.length > 0) {
      parts.push(
        `### The ${Math.min(mostRows, contradictions.length)} clearest of ${contradictions.length}`,
        markdownTable(
          ["file", "caption", "says", "looks like", "margin"],
          contradictions
            .slice(0, mostRows)
            .map(({ fileName, caption, asked, shown, margin }) => [
              fileName,
              caption,
              asked,
              shown,
              margin.toFixed(3),
            ]),
        ),
      );
    }
  }
  parts.push("## Near duplicates", ...nearDuplicateParts(report.nearDuplicates));
  return `${parts.join("\n\n")}\n`;
}

function nearDuplicateParts(duplicates: AuditReport["nearDuplicates"]): string[] {
  if (duplicates === null) {
    return ["The images have not been compared. `npx semblance datasets find-duplicates NAME` does it."];
  }
  const text = `${duplicatesToText(duplicates)} Compared ${duplicates.comparedAt}.`;
  if (duplicates.list.length === 0) return [text];
  const rows = duplicates.list
    .slice(0, mostRows)
    .map(({ group, fileName, split, distance }) => [
      group + 1,
      fileName,
      splitWords[split],
      distance.toFixed(1),
    ]);
  return [text, markdownTable(["group", "file", "split", "difference"], rows)];
}
