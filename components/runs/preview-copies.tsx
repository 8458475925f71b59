/** Previews that look like training images, each beside the image that it looks like. */
import { formatCount, formatDecimals } from "@/components/numbers";
import type { PreviewImage } from "@/lib/fine-tunes/get-fine-tune";
import { alikeDistance } from "@/lib/images/fingerprint-size";
import { Image } from "../image";
import { Link } from "../page-link";

/** As many as a page shows: the newest. */
const mostShown = 6;

export function PreviewCopies({
  previews,
  datasetId,
  language,
  isBase,
}: {
  previews: readonly PreviewImage[];
  datasetId: string;
  /** Of the captions (BCP 47). */
  language: string;
  isBase: boolean;
}) {
  const looked = previews.flatMap(({ nearestDistance }) => nearestDistance ?? []);
  if (looked.length === 0) {
    return (
      <p className="mt-3 text-[0.8125rem] text-muted">
        {isBase
          ? "These previews were not compared with the training images."
          : "Previews of an upsampler enlarge training images, so they are not compared with them."}
      </p>
    );
  }
  const copies = copiesAmong(previews);
  if (copies.length === 0) {
    return (
      <p className="numeric mt-3 text-[0.8125rem] text-muted">
        No preview looks like a training image. The nearest differs by{" "}
        {formatDecimals(Math.min(...looked), 1)} of 255 levels; up to {alikeDistance} would count.
      </p>
    );
  }
  return (
    <section aria-label="Copies" className="mt-4 rounded-lg border bg-surface p-4 sm:p-5">
      <h3 className="text-sm font-semibold">Previews beside the training images that they look like</h3>
      <ul className="mt-3 grid gap-x-6 gap-y-5 sm:grid-cols-2 xl:grid-cols-3">
        {copies.slice(-mostShown).map(({ step, seed, caption, sha256, nearestDistance, copied }) => (
          <li key={`${step} ${seed} ${caption}`} className="min-w-0">
            <div className="grid grid-cols-2 gap-2">
              <figure>
                <Image sha256={sha256} alt={`Preview: ${caption}`} pixelated={isBase} />
                <figcaption className="numeric mt-1 text-[0.8125rem] text-muted">
                  Step {formatCount(step)}
                </figcaption>
              </figure>
              <figure>
                <Image sha256={copied!.sha256} alt={`Training image ${copied!.name}`} />
                <figcaption className="mt-1 truncate text-[0.8125rem]">
                  <Link
                    href={`/admin/datasets/${datasetId}/images/${copied!.imageId}`}
                    className="prose-link"
                  >
                    {copied!.name}
                  </Link>
                </figcaption>
              </figure>
            </div>
            <p className="mt-1 text-[0.8125rem] [overflow-wrap:anywhere]">
              <span lang={language}>{caption}</span>
              <span className="numeric text-muted">
                {" "}
                · {formatDecimals(nearestDistance!, 1)} of 255 levels apart
              </span>
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-[0.8125rem] text-muted">
        Compared in 16 × 16 pixels with crops of each training image. Up to {alikeDistance} levels count, as
        in the search for near duplicates. A copy that is shifted or recoloured may go unnoticed; simple
        drawings may look alike without being copies.
      </p>
    </section>
  );
}

export function copiesAmong(previews: readonly PreviewImage[]): PreviewImage[] {
  return previews.filter(({ copied }) => copied !== null);
}
