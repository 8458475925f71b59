/** The captions that a model draws best and worst by one metric, and the photographs that its images come nearest to. */
import { address } from "@/components/list-query";
import { formatCount, formatMeasure } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { TabLinks } from "@/components/tab-links";
import {
  listPictureMetrics,
  listPictureScores,
  type ScoredPicture,
} from "@/lib/evaluations/list-picture-scores";
import { copyMetrics, describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { PairGrid, PicturePair } from "./picture-pair";

/** Images at each end. */
const shownPictures = 6;

/** A base model's images are enlarged without smoothing. */
const smallestSmoothPx = 128;

/**
 * @param metric the chosen one; another where the evaluation has none of this name
 * @param path the page's address, and what of its query stays when a metric is chosen
 * @param drawnPx side of the drawn images
 */
export async function PictureExtremes({
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
  const metrics = await listPictureMetrics(evaluationId);
  const ranked = metrics.filter(({ metric }) => !copyMetrics.some((copy) => copy.metric === metric));
  const copy = copyMetrics.find((each) => metrics.some(({ metric }) => metric === each.metric));
  const chosen = ranked.find(({ metric }) => metric === wanted) ?? ranked[0];
  const pixelated = drawnPx < smallestSmoothPx;
  const toHref = (picture: ScoredPicture) =>
    `/admin/evaluations/${evaluationId}/pictures/${picture.sampleId}`;
  return (
    <>
      {chosen ? (
        <Section
          title="Best and worst captions"
          text="The samples with the highest and lowest scores, each with the photograph that its caption describes."
        >
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
  toHref: (picture: ScoredPicture) => string;
}) {
  const { label, better } = describeMetric(metric);
  // Of few images none is shown at both ends.
  const take = Math.max(1, Math.min(shownPictures, Math.floor(count / 2)));
  const [highest, lowest] = await Promise.all([
    listPictureScores(evaluationId, metric, { order: "desc", take }),
    count === 1 ? [] : listPictureScores(evaluationId, metric, { order: "asc", take }),
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
              {ends[end]!.map((picture) => (
                <PicturePair
                  key={picture.sampleId}
                  href={toHref(picture)}
                  left={{
                    sha256: picture.sha256,
                    alt: `Sample: ${picture.caption}`,
                    label: "Sample",
                    pixelated,
                  }}
                  right={{
                    sha256: picture.photograph.sha256,
                    alt: `Photograph: ${picture.caption}`,
                    label: "Photograph",
                  }}
                  caption={picture.caption}
                  language={picture.captionLanguage}
                  value={`${label} ${formatMeasure(picture.value, 3)}${picture.hasHeatMaps ? ", with word maps" : ""}`}
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
  toHref: (picture: ScoredPicture) => string;
}) {
  const pictures = await listPictureScores(evaluationId, metric, { order: "desc", take: shownPictures });
  return (
    <Section
      title="Nearest photographs"
      text={`The samples that ${network} finds most similar to a photograph of the set. ${caution} To look for copies of training images, evaluate against the training dataset.`}
    >
      <PairGrid>
        {pictures.map((picture) => (
          <PicturePair
            key={picture.sampleId}
            href={toHref(picture)}
            left={{ sha256: picture.sha256, alt: `Sample: ${picture.caption}`, label: "Sample", pixelated }}
            right={{
              sha256: (picture.nearest ?? picture.photograph).sha256,
              alt: picture.nearest ? `Nearest photograph: ${picture.nearest.stem}` : "Photograph",
              label: picture.nearest ? picture.nearest.stem : "Photograph (the nearest was deleted)",
            }}
            caption={picture.caption}
            language={picture.captionLanguage}
            value={`similarity ${formatMeasure(picture.value, 3)}${
              picture.nearest?.id === picture.photograph.id ? ", the photograph of its own caption" : ""
            }`}
          />
        ))}
      </PairGrid>
      <p className="mt-4 text-[0.8125rem] text-muted">
        The {formatCount(pictures.length)} samples most similar to a photograph.
      </p>
    </Section>
  );
}
