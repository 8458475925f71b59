/** What an import of samples would store, and what speaks against it. */
import type { ReactNode } from "react";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import type { Listed, SampleImportPreview } from "@/lib/samples/import/preview-import";

/** @param rejected files of doubtful matches that are left out */
export function PreviewPanel({
  preview,
  rejected,
  onToggle,
}: {
  preview: SampleImportPreview;
  rejected: readonly string[];
  onToggle: (file: string) => void;
}) {
  const { matches, missing, surplus, doubtful, refusals } = preview;
  return (
    <section aria-labelledby="import-preview" className="grid gap-4" aria-live="polite">
      <h2 id="import-preview" className="text-lg font-semibold">
        Preview
      </h2>
      <p className="text-sm">
        {plural(preview.matchCount, "image", "images")}, matched by {preview.by}.{" "}
        {formatCount(preview.placeCount - count(missing))} of{" "}
        {plural(preview.placeCount, "caption", "captions")} will have an image. Nothing is stored yet.
      </p>
      {refusals.items.length > 0 ? (
        <Notice kind="error" title={`${plural(count(refusals), "fault", "faults")} to correct first`}>
          <List of={refusals}>{({ message, remedy }) => `${message} ${remedy}`}</List>
        </Notice>
      ) : null}
      <table className="w-full text-start text-sm">
        <caption className="sr-only">First matches</caption>
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1 pe-3 text-start font-medium">
              File
            </th>
            <th scope="col" className="py-1 pe-3 text-start font-medium">
              Caption
            </th>
            <th scope="col" className="py-1 text-start font-medium">
              Model, seed, settings
            </th>
          </tr>
        </thead>
        <tbody>
          {matches.items.map(({ file, caption, facts }) => (
            <tr key={file} className="border-t align-top">
              <td className="py-1.5 pe-3 [overflow-wrap:anywhere]">{file}</td>
              <td className="caption-text py-1.5 pe-3">{caption}</td>
              <td className="py-1.5 text-muted [overflow-wrap:anywhere]">{facts ?? "not given"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {matches.more > 0 ? (
        <p className="text-sm text-muted">and {plural(matches.more, "more image", "more images")}</p>
      ) : null}
      <Fold title={["caption without an image", "captions without an image"]} of={missing}>
        {(text) => text}
      </Fold>
      <Fold title={["image that matches no caption", "images that match no caption"]} of={surplus}>
        {({ file, reason }) => `${file}: ${reason}`}
      </Fold>
      <Fold
        title={["doubtful match; clear it if it is wrong", "doubtful matches; clear those that are wrong"]}
        of={doubtful}
        isOpen
      >
        {({ file, caption, doubt }) => (
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              className="mt-0.5 size-[1.05rem] shrink-0 accent-(--accent)"
              checked={!rejected.includes(file)}
              onChange={() => onToggle(file)}
            />
            <span>
              {file}: “{caption}”, but {doubt}
            </span>
          </label>
        )}
      </Fold>
    </section>
  );
}

function Fold<Item>({
  title,
  of,
  isOpen = false,
  children,
}: {
  /** What is counted: one, several. */
  title: readonly [string, string];
  of: Listed<Item>;
  isOpen?: boolean;
  children: (item: Item) => ReactNode;
}) {
  if (of.items.length === 0) return null;
  return (
    <details className="text-sm" open={isOpen}>
      <summary className="w-fit cursor-pointer rounded-sm font-medium">{plural(count(of), ...title)}</summary>
      <List of={of}>{children}</List>
    </details>
  );
}

function List<Item>({ of, children }: { of: Listed<Item>; children: (item: Item) => ReactNode }) {
  return (
    <ul className="mt-1 grid gap-1 [overflow-wrap:anywhere]">
      {of.items.map((item, at) => (
        <li key={at}>{children(item)}</li>
      ))}
      {of.more > 0 ? <li className="text-muted">and {formatCount(of.more)} more</li> : null}
    </ul>
  );
}

function count({ items, more }: Listed<unknown>): number {
  return items.length + more;
}
