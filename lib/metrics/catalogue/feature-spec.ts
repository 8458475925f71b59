/** The features that a metric is computed from: a network, its weights, and the preprocessing of images. Data only. */

/** Widths of the four layers of FID's Inception that features may be taken from, each averaged over its positions. */
export const inceptionLayers = [64, 192, 768, 2048] as const;
export type InceptionLayer = (typeof inceptionLayers)[number];

/**
 * Whose preprocessing of images for FID's Inception is used:
 *
 * - `tensorflow`: the original FID, torch-fidelity. Bilinear from pixel corners, no antialiasing; (x - 128) / 128.
 * - `pytorch-fid`: bilinear between pixel centres, no antialiasing; 2 x / 255 - 1.
 * - `clean`: Clean-FID. Pillow's antialiased bicubic in float per channel, clipped to 0–255; (x - 128) / 128.
 */
export const inceptionDialects = ["tensorflow", "pytorch-fid", "clean"] as const;
export type InceptionDialect = (typeof inceptionDialects)[number];

/**
 * How an image becomes square: `resize-crop` resizes the short side and crops the centre (CLIP's own
 * preprocessing); `crop-resize` crops the largest centred square and resizes that (CMMD's). Both with Pillow's
 * antialiased bicubic, rounded to 8 bits.
 */
export type ClipFraming = "resize-crop" | "crop-resize";

/** Entries of the catalogue of weights. */
export type ClipWeights = "clip-vit-b-32" | "clip-vit-b-16" | "clip-vit-l-14-336";

export type FeatureSpec =
  | {
      readonly network: "inception";
      readonly dialect: InceptionDialect;
      readonly output: InceptionLayer | "logits";
    }
  | { readonly network: "clip"; readonly weights: ClipWeights; readonly framing: ClipFraming }
  | { readonly network: "demo-clip" }
  | { readonly network: "dinov2"; readonly weights: "dinov2-vit-l-14" }
  | { readonly network: "sscd" };

/** The entry of the catalogue of weights that the features need; null for the demo's CLIP, which comes with the demo. */
export function neededWeights(spec: FeatureSpec): string | null {
  if (spec.network === "demo-clip") return null;
  return "weights" in spec ? spec.weights : spec.network;
}

const dialectWords: Readonly<Record<InceptionDialect, string>> = {
  tensorflow: "bilinear 299 from pixel corners, no antialiasing",
  "pytorch-fid": "bilinear 299 between pixel centres, no antialiasing",
  clean: "Pillow's antialiased bicubic 299 in float",
};

const clipWords: Readonly<Record<ClipWeights, string>> = {
  "clip-vit-b-32": "CLIP ViT-B/32",
  "clip-vit-b-16": "CLIP ViT-B/16",
  "clip-vit-l-14-336": "CLIP ViT-L/14 at 336 pixels",
};

const framingWords: Readonly<Record<ClipFraming, string>> = {
  "resize-crop": "short side by Pillow's bicubic, centre crop",
  "crop-resize": "centre square by Pillow's bicubic",
};

/** Network and preparation, as the documentation names them. */
export function describeFeatures(spec: FeatureSpec): string {
  switch (spec.network) {
    case "inception":
      return `FID Inception, ${spec.output === "logits" ? "1008 logits without bias" : spec.output}; ${dialectWords[spec.dialect]}`;
    case "clip":
      return `${clipWords[spec.weights]}; ${framingWords[spec.framing]}`;
    case "demo-clip":
      return "the demo's CLIP, 64; Pillow's bicubic 64";
    case "dinov2":
      return "DINOv2 ViT-L/14, class token; Pillow's bicubic 224, squashed";
    case "sscd":
      return "SSCD disc_mixup; Pillow's bilinear 288, squashed";
  }
}
