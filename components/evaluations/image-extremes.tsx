/** The best and worst captions of a model by one metric, and the photographs that are closest to its images. */
import { address } from "@/components/list-query";
import { formatMeasure, plural } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { TabLinks } from "@/components/tab-links";
import { listImageMetrics, listImageScores, type ScoredImage } from "@/lib/evaluations/list-image-scores";
import { copyMetrics, describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { ImagePair, PairGrid } from "./image-pair";

/** Images at each end. */
export const shownImages = 6;

export const extremesText =
  "The samples with the highest and lowest scores, each with the photograph that its caption describes.";

/** A base model's images are enlarged without smoothing. */
const smallestSmoothPx = 128;

/**
 * @param metric the chosen one; another where the evaluation has none of this name
 * @param path the page's address, and what of its query stays when a metric is chosen
 * @param drawnPx side of the drawn images
 */
export async function ImageExtremes({
  evaluationId,
  metric: wanted,
  path,
  query = {},
  drawnPx,
}: {
  evaluationId: string;
  metric: string | undefined;
  path: string;
  query?: Record<string, string>;
  drawnPx: number;
}) {
  const metrics = await listImageMetrics(evaluationId);
  const ranked = metrics.filter(({ metric }) => !copyMetrics.some((copy) => copy.metric === metric));
  const copy = copyMetrics.find((each) => metrics.some(({ metric }) => metric === each.metric));
  const chosen = ranked.find(({ metric }) => metric === wanted) ?? ranked[0];
  const pixelated = drawnPx < smallestSmoothPx;
  const toHref = (image: ScoredImage) => `/admin/evaluations/${evaluationId}/images/${image.sampleId}`;
  return (
    <>
      {chosen ? (
        <Section title="Best and worst captions" text={extremesText}>
          {ranked.length > 1 ? (
            <TabLinks
              label="Metric"
              current={chosen.metric}
              tabs={ranked.map(({ metric }) => ({
                key: metric,
                label: describeMetric(metric).label,
                href: address(path, { ...query, metric }),
              }))}
            />
          ) : null}
          <Extremes evaluationId={evaluationId} {...chosen} pixelated={pixelated} toHref={toHref} />
        </Section>
      ) : null}
      {copy ? (
        <NearestPhotographs {...copy} evaluationId={evaluationId} pixelated={pixelated} toHref={toHref} />
      ) : null}
    </>
  );
}

async function Extremes({
  evaluationId,
  metric,
  count,
  pixelated,
  toHref,
}: {
  evaluationId: string;
  metric: string;
  count: number;
  pixelated: boolean;
  toHref: (image: ScoredImage) => string;
}) {
  const { label, better } = describeMetric(metric);
  // Of few images none is shown at both ends.
  const take = Math.max(1, Math.min(shownImages, Math.floor(count / 2)));
  const [highest, lowest] = await Promise.all([
    listImageScores(evaluationId, metric, { order: "desc", take }),
    count === 1 ? [] : listImageScores(evaluationId, metric, { order: "asc", take }),
  ]);
  if (highest[0] && highest[0].value === (lowest[0] ?? highest[0]).value) {
    return (
      <p className="text-sm text-muted">
        By {label} every image has the same value, {formatMeasure(highest[0].value, 3)}.
      </p>
    );
  }
  const ends = better === "higher" ? [highest, lowest] : [lowest, highest];
  return (
    <div className="grid gap-9">
      {(["Best", "Worst"] as const).map((title, end) =>
        ends[end]!.length === 0 ? null : (
          <div key={title}>
            <h3 className="mb-3 text-sm font-semibold">
              {title} by {label}
            </h3>
            <PairGrid>
              {ends[end]!.map((image) => (
                <ImagePair
                  key={image.sampleId}
                  href={toHref(image)}
                  left={{
                    sha256: image.sha256,
                    alt: `Sample: ${image.caption}`,
                    label: "Sample",
                    pixelated,
                  }}
                  right={{
                    sha256: image.photograph?.sha256 ?? null,
                    alt: `Photograph: ${image.caption}`,
                    label: "Photograph",
                  }}
                  caption={image.caption}
                  language={image.captionLanguage}
                  value={`${label} ${formatMeasure(image.value, 3)}${image.hasHeatMaps ? ", with word maps" : ""}`}
                />
              ))}
            </PairGrid>
          </div>
        ),
      )}
    </div>
  );
}

async function NearestPhotographs({
  metric,
  network,
  caution,
  evaluationId,
  pixelated,
  toHref,
}: (typeof copyMetrics)[number] & {
  evaluationId: string;
  pixelated: boolean;
  toHref: (image: ScoredImage) => string;
}) {
  const images = await listImageScores(evaluationId, metric, { order: "desc", take: shownImages });
  return (
    <Section
      title="Nearest photographs"
      text={`The samples that ${network} finds most similar to a photograph of the set. ${caution} To look for copies of training images, evaluate against the training dataset.`}
    >
      <PairGrid>
        {images.map((image) => (
          <ImagePair
            key={image.sampleId}
            href={toHref(image)}
            left={{ sha256: image.sha256, alt: `Sample: ${image.caption}`, label: "Sample", pixelated }}
            right={{
              sha256: (image.nearest ?? image.photograph)?.sha256 ?? null,
              alt: image.nearest ? `Nearest photograph: ${image.nearest.stem}` : "Photograph",
              label: image.nearest ? image.nearest.stem : "Photograph (the nearest was deleted)",
            }}
            caption={image.caption}
            language={image.captionLanguage}
            value={`similarity ${formatMeasure(image.value, 3)}${
              image.nearest && image.nearest.id === image.photograph?.id
                ? ", the photograph of its own caption"
                : ""
            }`}
          />
        ))}
      </PairGrid>
      <p className="mt-4 text-[0.8125rem] text-muted">
        The {plural(images.length, "sample", "samples")} most similar to a photograph.
      </p>
    </Section>
  );
}
