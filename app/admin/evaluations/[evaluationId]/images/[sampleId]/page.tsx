/** One drawn image of an evaluation: what every metric says of it, and where its words are found. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { type Column, DataTable } from "@/components/data-table";
import { DemoNote } from "@/components/demo-label";
import { HeatMapView } from "@/components/evaluations/heat-map-view";
import { Image } from "@/components/image";
import { formatCount, formatMeasure } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Bar, Skeleton, TableSkeleton } from "@/components/skeleton";
import {
  getScoredImage,
  type ImageFigure,
  listImageFigures,
  type ScoredImageDetail,
} from "@/lib/evaluations/get-scored-image";
import { copyMetrics, describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { readOrigin, sampleToText } from "@/lib/samples/sample-origin";
import { orNotFound } from "../../../../or-not-found";

export const metadata: Metadata = { title: "Image" };

/** A base model's images are enlarged without smoothing. */
const smallestSmoothPx = 128;

export default async function ScoredImagePage({
  params,
}: {
  params: Promise<{ evaluationId: string; sampleId: string }>;
}) {
  await requireRole(...staff);
  const { evaluationId, sampleId } = await params;
  const image = await getScoredImage(evaluationId, sampleId).catch(orNotFound);
  const { evaluation, caption } = image;
  return (
    <>
      <PageHeader
        back={{ href: `/admin/evaluations/${evaluationId}`, label: evaluation.sampleSet.name }}
        title={<span lang={image.captionLanguage}>{caption}</span>}
        badge={evaluation.sampleSet.isDemo ? <DemoNote /> : null}
      />
      <Suspense
        fallback={
          <Skeleton>
            <div className="mb-10 grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
              <Bar className="aspect-square" />
              <Bar className="aspect-square" />
            </div>
            <TableSkeleton />
          </Skeleton>
        }
      >
        <Figures image={image} />
      </Suspense>
    </>
  );
}

async function Figures({ image }: { image: ScoredImageDetail }) {
  const { evaluation, sampleId, caption, photograph } = image;
  const figures = await listImageFigures(evaluation.id, sampleId);
  const pixelated = image.sidePx < smallestSmoothPx;
  const mapped = figures.find(({ heatMaps }) => heatMaps !== null);
  const real = mapped?.nearest ?? photograph;
  const judge = copyMetrics.find((each) => figures.some(({ metric }) => metric === each.metric));
  const copy = figures.find(({ metric }) => metric === judge?.metric);
  const shown = [
    {
      label: `Sample, ${sampleToText({ seed: image.seed, origin: readOrigin(image.origin) })}`,
      alt: `Sample: ${caption}`,
      sha256: image.sha256,
      pixelated,
    },
    ...(photograph
      ? [
          {
            label: `Photograph ${photograph.stem}`,
            alt: `Photograph: ${caption}`,
            sha256: photograph.sha256,
          },
        ]
      : []),
    ...(copy?.nearest && copy.nearest.id !== photograph?.id
      ? [
          {
            label: `Nearest photograph, ${copy.nearest.stem}: similarity ${formatMeasure(copy.value, 3)}`,
            alt: `Nearest photograph: ${copy.nearest.stem}`,
            sha256: copy.nearest.sha256,
          },
        ]
      : []),
  ];
  return (
    <>
      <div className="mb-10 grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
        {shown.map(({ label, ...rest }) => (
          <figure key={label} className="grid content-start gap-1.5">
            <Image {...rest} />
            <figcaption className="text-[0.8125rem] text-muted">{label}</figcaption>
          </figure>
        ))}
      </div>
      {judge && copy?.nearest && copy.nearest.id === photograph?.id ? (
        <p className="mb-10 max-w-[68ch] text-sm text-muted">
          Of all photographs {judge.network} ranks this caption’s own photograph as the most similar
          (similarity {formatMeasure(copy.value, 3)}). {judge.caution} Compare the two yourself.
        </p>
      ) : null}
      {mapped?.heatMaps && real ? (
        <Section
          title="Where the words are found"
          text="CLIP’s similarity between each patch of the image and a word of the caption. Colours are scaled for each word separately, so they show where a word is found but not how strongly; see the cosine below each map. Words such as “a” have no place and may light up anywhere."
        >
          <HeatMapView
            maps={mapped.heatMaps}
            language={image.captionLanguage}
            generated={{ sha256: image.sha256, pixelated }}
            real={{ sha256: real.sha256 }}
          />
        </Section>
      ) : null}
      <Section title="Metrics">
        <DataTable
          caption="Scores of this image"
          columns={columns}
          rows={figures}
          rowKey={({ metric }) => metric}
        />
      </Section>
    </>
  );
}

const columns: Column<ImageFigure>[] = [
  {
    key: "metric",
    header: "Metric",
    cell: ({ metric }) => <span className="font-semibold">{describeMetric(metric).label}</span>,
  },
  { key: "value", header: "Value", numeric: true, cell: ({ value }) => formatMeasure(value) },
  {
    key: "place",
    header: "Rank, from the highest",
    numeric: true,
    cell: ({ place, count }) => `${formatCount(place)} of ${formatCount(count)}`,
  },
];
