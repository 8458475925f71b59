/** What an import said about single files, gathered by kind. */
import { Badge } from "@/components/badge";
import { formatCount } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { countRemarks, type ImportRemark } from "@/lib/datasets/import-report";

const titles: Record<ImportRemark["kind"], string> = {
  unreadable: "Could not be read",
  unsupported: "File type not supported",
  duplicate: "Duplicate image",
  tiny: "Too small",
  "too-large": "Too large",
  flawed: "Slightly damaged",
  "first-frame": "More than one frame",
  "no-caption": "Without a caption",
  "caption-without-image": "Captions without an image",
  "long-caption": "Caption longer than the model’s limit",
  failed: "The import as a whole",
  "not-listed": "Not listed here",
};

/** Of each kind: a page with more would take long to draw, for everybody. */
const mostShown = 100;

export function ImportReport({ remarks }: { remarks: ImportRemark[] }) {
  if (remarks.length === 0) return null;
  const kinds = [...new Set(remarks.map((remark) => remark.kind))];
  const refused = countRemarks(remarks.filter((remark) => remark.refused));
  return (
    <Section
      title="Import report"
      text={
        refused === 0
          ? "Everything was imported; some files were flagged."
          : refused === 1
            ? "1 file was rejected. If you need it, fix it and import again."
            : `${formatCount(refused)} files were rejected. If you need them, fix them and import again.`
      }
    >
      <div className="mb-10 overflow-hidden rounded-lg border bg-surface">
        {kinds.map((kind) => {
          const group = remarks.filter((remark) => remark.kind === kind);
          return (
            <details
              key={kind}
              className="border-t first:border-t-0"
              open={kind === "not-listed" || (kinds.length === 1 && group.length <= 5)}
            >
              <summary className="flex flex-wrap items-center gap-3 px-5 py-3 text-sm">
                <span className="font-semibold">{titles[kind]}</span>
                <Badge tone={group.some((remark) => remark.refused) ? "danger" : "warn"}>
                  {formatCount(countRemarks(group))}{" "}
                  {kind === "not-listed" ? "more" : group[0]?.refused ? "rejected" : "flagged"}
                </Badge>
              </summary>
              <ul className="max-h-96 overflow-y-auto border-t bg-canvas">
                {group.slice(0, mostShown).map((remark) => (
                  <li
                    key={`${remark.file}-${remark.message}`}
                    className="border-t px-5 py-2.5 text-sm first:border-t-0"
                  >
                    <p className="[overflow-wrap:anywhere]">{remark.message}</p>
                    <p className="text-[0.8125rem] text-muted">{remark.remedy}</p>
                  </li>
                ))}
                {group.length > mostShown ? (
                  <li className="border-t px-5 py-2.5 text-sm text-muted">
                    The first {mostShown} of {formatCount(group.length)}.
                  </li>
                ) : null}
              </ul>
            </details>
          );
        })}
      </div>
    </Section>
  );
}
