/** Which entry of the catalogue of weights each metric needs; held against the metrics themselves by a test. */

/** By the metric's name. The demo's metrics need nothing but the demo. */
export const metricWeights = {
  fid: "inception",
  "fid-tensorflow": "inception",
  "fid-clean": "inception",
  kid: "inception",
  "kid-tensorflow": "inception",
  precision: "inception",
  recall: "inception",
  density: "inception",
  coverage: "inception",
  "inception-score": "inception",
  "clip-score": "clip-vit-b-32",
  "clip-score-glide": "clip-vit-b-16",
  "r-precision": "clip-vit-b-32",
  cmmd: "clip-vit-l-14-336",
  "cmmd-unbiased": "clip-vit-l-14-336",
  "fd-clip": "clip-vit-b-32",
  "fd-dinov2": "dinov2-vit-l-14",
  "nearest-real": "clip-vit-b-32",
  grounding: "clip-vit-b-32",
  "copy-check": "sscd",
  "clip-score-demo": null,
  "fd-demo": null,
  "kid-demo": null,
} as const satisfies Record<string, string | null>;
