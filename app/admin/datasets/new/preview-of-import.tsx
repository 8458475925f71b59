/** What an import would take: counts, what is read as what, the first images with their captions, and what is rejected. */
import { FieldGroup } from "@/components/field";
import { formatCount, plural } from "@/components/numbers";
import type { ImportPreview } from "@/lib/datasets/preview-import";

export function PreviewOfImport({ preview }: { preview: ImportPreview }) {
  const { imageCount, captionedCount, captionCount, readAs, rows, remarks, remarkCount } = preview;
  const isPromptSet = imageCount === 0 && captionCount > 0;
  return (
    <FieldGroup
      title="Preview"
      text={
        isPromptSet
          ? "Nothing is stored yet."
          : "Nothing is stored yet. The import also decodes the images, and rejects damaged ones."
      }
    >
      <p className="numeric text-sm" role="status">
        {isPromptSet
          ? `${plural(captionCount, "caption", "captions")} without images`
          : `${plural(imageCount, "image", "images")}, ${formatCount(captionedCount)} with captions, ${plural(captionCount, "caption", "captions")}`}
      </p>
      {readAs.length > 0 ? (
        <div>
          <h3 className="font-semibold text-sm">Read as</h3>
          <ul className="mt-1 grid gap-0.5 text-sm">
            {readAs.map(({ files, as }) => (
              <li key={`${files} ${as}`} className="[overflow-wrap:anywhere]">
                {files}: <span className="text-muted">{as}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {rows.length > 0 ? (
        <div>
          <h3 className="font-semibold text-sm">
            {isPromptSet ? "First captions" : rows.length < imageCount ? "First images" : "Images"}
          </h3>
          <dl className="mt-1 grid text-sm">
            {rows.map(({ path, captions }) => (
              <div key={path} className="border-t py-2 first:border-t-0">
                <dt className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">{path}</dt>
                {captions.length > 0 ? (
                  captions.map((caption) => <dd key={caption}>{caption}</dd>)
                ) : (
                  <dd className="text-muted">No caption</dd>
                )}
              </div>
            ))}
          </dl>
        </div>
      ) : null}
      {remarkCount > 0 ? (
        <div>
          <h3 className="font-semibold text-sm">{plural(remarkCount, "remark", "remarks")}</h3>
          <ul className="mt-1 grid gap-2 text-sm">
            {remarks.map(({ message, remedy }) => (
              <li key={message} className="[overflow-wrap:anywhere]">
                {message} <span className="text-muted">{remedy}</span>
              </li>
            ))}
            {remarkCount > remarks.length ? (
              <li className="text-muted">The first {remarks.length} are listed.</li>
            ) : null}
          </ul>
        </div>
      ) : null}
    </FieldGroup>
  );
}
