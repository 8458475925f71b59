/** How pages speak of automatic metrics: their names, which way is better, what they say. */
import type { MetricName } from "@/lib/evaluations/metric-names";

export type MetricText = { label: string; better: "lower" | "higher"; text: string };

export const metricTexts: Record<MetricName, MetricText> = {
  fid: {
    label: "FID",
    better: "lower",
    text: "Fréchet distance of Inception features (pytorch-fid). Biased upwards for few pictures.",
  },
  "fid-tensorflow": {
    label: "FID (TensorFlow)",
    better: "lower",
    text: "As first published; also torch-fidelity’s.",
  },
  "fid-clean": { label: "Clean-FID", better: "lower", text: "With antialiased bicubic resizing." },
  kid: {
    label: "KID",
    better: "lower",
    text: "Kernel distance of Inception features. Unbiased, so made for few pictures.",
  },
  "kid-tensorflow": {
    label: "KID (TensorFlow)",
    better: "lower",
    text: "On the original network’s features.",
  },
  precision: {
    label: "Precision",
    better: "higher",
    text: "Share of drawn pictures that lie among real ones.",
  },
  recall: { label: "Recall", better: "higher", text: "Share of real pictures that lie among drawn ones." },
  density: { label: "Density", better: "higher", text: "How deep among real pictures the drawn ones lie." },
  coverage: { label: "Coverage", better: "higher", text: "Share of real pictures with a drawn one nearby." },
  "inception-score": {
    label: "Inception score",
    better: "higher",
    text: "Clear and varied content; knows no real pictures.",
  },
  "clip-score": {
    label: "CLIPScore",
    better: "higher",
    text: "How well CLIP finds the caption in the picture (ViT-B/32).",
  },
  "clip-score-glide": {
    label: "CLIP score (GLIDE)",
    better: "higher",
    text: "100 times the cosine, ViT-B/16.",
  },
  "r-precision": {
    label: "R-precision",
    better: "higher",
    text: "How often CLIP picks the right caption among others.",
  },
  cmmd: { label: "CMMD", better: "lower", text: "Distance of CLIP features, as published." },
  "cmmd-unbiased": {
    label: "CMMD (unbiased)",
    better: "lower",
    text: "The same without its bias for few pictures.",
  },
  "fd-clip": { label: "FD (CLIP)", better: "lower", text: "Fréchet distance of CLIP features." },
  "fd-dinov2": { label: "FD-DINOv2", better: "lower", text: "Fréchet distance of DINOv2 features." },
  "nearest-real": {
    label: "Nearest photograph",
    better: "lower",
    text: "Mean likeness to the nearest photograph: near 1, pictures are copies.",
  },
  grounding: {
    label: "Word grounding",
    better: "higher",
    text: "How far each word is found in the picture as in its photograph; 0.75 for the photograph itself.",
  },
  "copy-check": {
    label: "Copy check",
    better: "lower",
    text: "Mean likeness to the nearest photograph by SSCD, made to find copies; look at pairs above 0.75.",
  },
  "clip-score-demo": {
    label: "CLIP score (demo’s CLIP)",
    better: "higher",
    text: "How well the demo’s own small CLIP finds the caption; it knows the demo’s drawn dogs alone.",
  },
  "fd-demo": {
    label: "FD (demo’s CLIP)",
    better: "lower",
    text: "Fréchet distance of the demo’s CLIP features: for the demo’s drawn dogs alone.",
  },
  "kid-demo": {
    label: "KID (demo’s CLIP)",
    better: "lower",
    text: "Kernel distance of the demo’s CLIP features: for the demo’s drawn dogs alone.",
  },
};

/** The metrics whose values are likenesses to the nearest photograph, the better judge of copies first. */
export const copyMetrics = [
  {
    metric: "copy-check",
    network: "SSCD",
    caution:
      "Of pairs above 0.75 about nine in ten were copies in its authors’ test. Below, strong changes of a picture may still hide a copy.",
  },
  {
    metric: "nearest-real",
    network: "CLIP",
    caution:
      "A likeness near 1 asks for a look: it may be a copy, or two pictures of the same thing. A low one is no proof against copying, since CLIP sees content rather than pixels.",
  },
] as const satisfies readonly { metric: MetricName; network: string; caution: string }[];

/** Texts of a metric by the name that a score was stored under; unknown ones keep their name. */
export function metricText(name: string): MetricText {
  return metricTexts[name as MetricName] ?? { label: name, better: "higher", text: "" };
}
