/**
 * Every metric by its name. Pages, the command line, the documentation's table and the choice of weights derive from
 * here. Data only; lib/metrics/measures/measures.ts has the implementations.
 */
import { SemblanceError } from "@/lib/errors";
import { neededWeights } from "./feature-spec";
import type { MetricEntry } from "./metric-entry";

const pytorchFid = { network: "inception", dialect: "pytorch-fid", output: 2048 } as const;
const tensorflowFid = { network: "inception", dialect: "tensorflow", output: 2048 } as const;
const demoClip = { network: "demo-clip" } as const;
const clipB32 = { network: "clip", weights: "clip-vit-b-32", framing: "resize-crop" } as const;
const clipL14 = { network: "clip", weights: "clip-vit-l-14-336", framing: "crop-resize" } as const;

/** What the metrics of one kind have in common. */
const frechet = {
  better: "lower",
  computes: "Fréchet distance",
  range: "from 0",
  per: "set",
  comparesWithReal: true,
  measure: "frechet",
} as const satisfies Partial<MetricEntry>;
const kernel = {
  better: "lower",
  computes: "unbiased MMD², (x·y/d + 1)³",
  range: "from about 0",
  per: "set",
  comparesWithReal: true,
  measure: "kernel",
} as const satisfies Partial<MetricEntry>;
const neighbourhood = {
  better: "higher",
  features: pytorchFid,
  comparesWithReal: true,
  reference: "prdc (Naeem et al. 2020)",
} as const satisfies Partial<MetricEntry>;
const captioned = {
  better: "higher",
  per: "image",
  comparesWithReal: false,
} as const satisfies Partial<MetricEntry>;
const diversity = {
  better: "higher",
  computes: "mean of 1 − cos between samples of one caption",
  range: "0 to 2",
  per: "image",
  comparesWithReal: false,
  measure: "caption-diversity",
} as const satisfies Partial<MetricEntry>;
const nearest = {
  better: "lower",
  range: "-1 to 1",
  per: "image",
  comparesWithReal: true,
} as const satisfies Partial<MetricEntry>;

export const metricCatalogue = {
  fid: {
    ...frechet,
    label: "FID",
    title: "FID (pytorch-fid)",
    words: "Fréchet distance of Inception features (pytorch-fid). Biased upwards for few images.",
    features: pytorchFid,
    reference: "pytorch-fid (Heusel et al. 2017)",
  },
  "fid-tensorflow": {
    ...frechet,
    label: "FID (TensorFlow)",
    title: "FID (original TensorFlow, torch-fidelity)",
    words: "FID as originally published, and as torch-fidelity computes it.",
    features: tensorflowFid,
    reference: "the original FID, torch-fidelity (Heusel et al. 2017)",
  },
  "fid-clean": {
    ...frechet,
    label: "Clean-FID",
    title: "Clean-FID",
    words: "FID with antialiased bicubic resizing.",
    features: { network: "inception", dialect: "clean", output: 2048 },
    reference: "Clean-FID (Parmar et al. 2022)",
  },
  kid: {
    ...kernel,
    label: "KID",
    title: "KID (pytorch-fid features)",
    words: "Kernel distance of Inception features. Unbiased, so suited to few images.",
    features: pytorchFid,
    reference: "torch-fidelity's estimator, over all pairs (Bińkowski et al. 2018)",
  },
  "kid-tensorflow": {
    ...kernel,
    label: "KID (TensorFlow)",
    title: "KID (original TensorFlow features)",
    words: "KID on the original network’s features.",
    features: tensorflowFid,
    reference: "torch-fidelity's estimator, over all pairs (Bińkowski et al. 2018)",
  },
  precision: {
    ...neighbourhood,
    label: "Precision",
    title: "Precision",
    words: "Share of samples that lie among real images.",
    computes: "share of samples nearer to a real image than its 5th neighbour",
    range: "0 to 1",
    per: "image",
    measure: "precision",
  },
  recall: {
    ...neighbourhood,
    label: "Recall",
    title: "Recall",
    words: "Share of real images that lie among samples.",
    computes: "share of real images nearer to a sample than its 5th neighbour",
    range: "0 to 1",
    per: "set",
    measure: "recall",
  },
  density: {
    ...neighbourhood,
    label: "Density",
    title: "Density",
    words: "How densely real images surround the samples.",
    computes: "number of real neighbourhoods that contain a sample, divided by 5",
    range: "from 0",
    per: "image",
    measure: "density",
  },
  coverage: {
    ...neighbourhood,
    label: "Coverage",
    title: "Coverage",
    words: "Share of real images with a sample nearby.",
    computes: "share of real images with a sample nearer than their 5th neighbour",
    range: "0 to 1",
    per: "set",
    measure: "coverage",
  },
  "inception-score": {
    label: "Inception score",
    title: "Inception score",
    better: "higher",
    words: "Clarity and variety of the content. Uses no real images.",
    computes: "exp of the mean KL divergence, one split",
    range: "1 to 1008",
    per: "set",
    features: { network: "inception", dialect: "tensorflow", output: "logits" },
    comparesWithReal: false,
    measure: "inception-score",
    reference: "torch-fidelity, apart from the splits (Salimans et al. 2016)",
  },
  "clip-score": {
    ...captioned,
    label: "CLIPScore",
    title: "CLIPScore",
    words: "How well the image matches the caption according to CLIP (ViT-B/32).",
    computes: "mean of 2.5 max(cos, 0)",
    range: "0 to 2.5",
    features: clipB32,
    captionPrefix: "A photo depicts ",
    measure: "clip-score",
    reference: "CLIPScore (Hessel et al. 2021)",
  },
  "clip-score-glide": {
    ...captioned,
    label: "CLIP score (GLIDE)",
    title: "CLIP score (GLIDE)",
    words: "As GLIDE reports it: 100 times the cosine (ViT-B/16).",
    computes: "mean of 100 cos",
    range: "-100 to 100",
    features: { network: "clip", weights: "clip-vit-b-16", framing: "resize-crop" },
    captionPrefix: "",
    measure: "glide-clip-score",
    reference: "GLIDE (Nichol et al. 2022)",
  },
  "r-precision": {
    ...captioned,
    label: "R-precision",
    title: "R-precision",
    words: "How often CLIP picks the image’s own caption among others.",
    computes: "share of images nearest to their own of up to 100 captions",
    range: "0 to 1",
    features: clipB32,
    captionPrefix: "",
    measure: "r-precision",
    reference: "AttnGAN's idea (Xu et al. 2018), CLIP's features",
  },
  "diversity-clip": {
    ...diversity,
    label: "Diversity (CLIP)",
    title: "Diversity within captions by CLIP",
    words:
      "How different samples of the same caption are, by CLIP’s features. Needs two samples per caption.",
    features: clipB32,
    reference: "ours; by CLIP's features instead of LPIPS's (Zhang et al. 2018)",
  },
  cmmd: {
    label: "CMMD",
    title: "CMMD (as published)",
    better: "lower",
    words: "Distance of CLIP features as published. Biased upwards for few images.",
    computes: "biased MMD², Gaussian σ 10, × 1000",
    range: "from 0",
    per: "set",
    features: clipL14,
    comparesWithReal: true,
    measure: "cmmd",
    reference: "CMMD (Jayasumana et al. 2024)",
  },
  "cmmd-unbiased": {
    label: "CMMD (unbiased)",
    title: "CMMD, unbiased",
    better: "lower",
    words: "CMMD without the bias for few images.",
    computes: "unbiased MMD², Gaussian σ 10, × 1000",
    range: "from about 0",
    per: "set",
    features: clipL14,
    comparesWithReal: true,
    measure: "cmmd-unbiased",
    reference: "ours; the published one is too high for small sets",
  },
  "fd-clip": {
    ...frechet,
    label: "FD (CLIP)",
    title: "Fréchet distance of CLIP features",
    words: "Fréchet distance of CLIP features.",
    features: clipB32,
    reference: "ours",
  },
  "fd-dinov2": {
    ...frechet,
    label: "FD-DINOv2",
    title: "FD-DINOv2",
    words: "Fréchet distance of DINOv2 features.",
    features: { network: "dinov2", weights: "dinov2-vit-l-14" },
    reference: "dgm-eval (Stein et al. 2023)",
  },
  "copy-check": {
    ...nearest,
    label: "Copy check",
    title: "Copy check: SSCD similarity to the nearest real image",
    words:
      "Mean similarity to the nearest photograph by SSCD, a network for finding copies. Look at pairs above 0.75.",
    computes: "mean cosine to the nearest real image; pairs above 0.75 are counted",
    features: { network: "sscd" },
    copies: {
      network: "SSCD",
      caution:
        "In its authors’ test, about nine in ten pairs above 0.75 were copies. Below that, a strongly modified copy may go unnoticed.",
    },
    measure: "copy-check",
    reference: "SSCD's similarity and its authors' threshold (Pizzi et al. 2022)",
  },
  "nearest-real": {
    ...nearest,
    label: "Nearest photograph",
    title: "Similarity to the nearest real image",
    words: "Mean similarity to the nearest photograph. Values near 1 suggest copies.",
    computes: "mean cosine to the nearest real image",
    features: clipB32,
    copies: {
      network: "CLIP",
      caution:
        "Look at pairs with a similarity near 1: they may be copies, or two images of the same thing. A low similarity does not rule out copying, since CLIP sees content rather than pixels.",
    },
    measure: "nearest",
    reference: "ours; it finds pairs to look at and does not prove copying",
  },
  grounding: {
    label: "Word grounding",
    title: "Grounding of words against the photograph",
    better: "higher",
    words:
      "How well each word is found in the image, compared with its photograph. 0.75 for the photograph itself.",
    computes: "how well each word is found, compared with the photograph",
    range: "0 to 1",
    per: "image",
    features: clipB32,
    comparesWithReal: true,
    comparesPairs: true,
    measure: "grounding",
    reference: "TIGEr's agreement (Jiang et al. 2019)",
  },
  "clip-score-demo": {
    ...captioned,
    label: "CLIP score (demo’s CLIP)",
    title: "CLIP score by the demo's CLIP",
    words:
      "How well the image matches the caption according to the demo’s small CLIP, which only knows the demo’s dogs.",
    computes: "mean of 2.5 max(cos, 0)",
    range: "0 to 2.5",
    features: demoClip,
    captionPrefix: "",
    measure: "clip-score",
    reference: "ours, only for the demo's dogs",
  },
  "fd-demo": {
    ...frechet,
    label: "FD (demo’s CLIP)",
    title: "Fréchet distance by the demo's CLIP",
    words: "Fréchet distance of the demo’s CLIP features, only for the demo’s dogs.",
    features: demoClip,
    reference: "ours, only for the demo's dogs",
  },
  "diversity-demo": {
    ...diversity,
    label: "Diversity (demo’s CLIP)",
    title: "Diversity within captions by the demo's CLIP",
    words: "How different samples of the same caption are, by the demo’s CLIP, only for the demo’s dogs.",
    features: demoClip,
    reference: "ours, only for the demo's dogs",
  },
  "kid-demo": {
    ...kernel,
    label: "KID (demo’s CLIP)",
    title: "KID by the demo's CLIP",
    words: "Kernel distance of the demo’s CLIP features, only for the demo’s dogs.",
    features: demoClip,
    reference: "ours, only for the demo's dogs",
  },
} as const satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof metricCatalogue;
export type MeasureName = (typeof metricCatalogue)[MetricName]["measure"];

export const metricNames = Object.keys(metricCatalogue) as [MetricName, ...MetricName[]];

/** The ones that small sets of photographs need first. */
export const usualMetrics: readonly MetricName[] = ["fid", "kid", "clip-score"];

/** Describes a metric by the name under which a score was stored; a removed one keeps its name. */
export function describeMetric(name: string): Pick<MetricEntry, "label" | "title" | "better" | "words"> {
  return Object.hasOwn(metricCatalogue, name)
    ? metricCatalogue[name as MetricName]
    : { label: name, title: name, better: "higher", words: "" };
}

/** See `MetricEntry`. */
export function comparesPairs(name: MetricName): boolean {
  const { comparesPairs }: MetricEntry = metricCatalogue[name];
  return comparesPairs === true;
}

/** The metrics that find the nearest real image of each generated one, the better copy detector first. */
export const copyMetrics = metricNames.flatMap((metric) => {
  const { copies }: MetricEntry = metricCatalogue[metric];
  return copies ? [{ metric, ...copies }] : [];
});

/** The names in `wanted`, each once. @throws SemblanceError `invalid_input` naming the first that is none */
export function parseMetricNames(wanted: readonly string[]): MetricName[] {
  const unknown = wanted.find((name) => !Object.hasOwn(metricCatalogue, name));
  if (unknown !== undefined) {
    throw new SemblanceError("invalid_input", `There is no metric called "${unknown}".`, {
      remedy: `Choose from: ${metricNames.join(", ")}.`,
    });
  }
  return [...new Set(wanted)] as MetricName[];
}

/** The labels of the metrics that need an entry of the catalogue of weights. */
export function labelsOfMetricsWith(weights: string): string[] {
  return Object.values<MetricEntry>(metricCatalogue)
    .filter(({ features }) => neededWeights(features) === weights)
    .map(({ label }) => label);
}
