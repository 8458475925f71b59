/** The networks that metrics and sampling may ask for: where they come from, under which licence, how they are checked. */
import { SemblanceError } from "@/lib/errors";
import { labelsOfMetricsWith } from "../catalogue/metric-catalogue";

/** One file of an entry. A hash or size that its publisher does not state in a fixed place is null. */
export type WeightFile = {
  /** Where it is in the entry's folder, with forward slashes. */
  readonly path: string;
  readonly url: string;
  readonly bytes: number | null;
  /** Hexadecimal. Null: what the host declares for the file is taken, recorded, and named in every recipe. */
  readonly sha256: string | null;
};

export type WeightEntry = {
  readonly name: string;
  readonly title: string;
  /** What it is needed for, in the words of the dashboard. */
  readonly purpose: string;
  /** The page that publishes it. */
  readonly source: string;
  readonly licence: string;
  /** To the nearest 100 MB, from its number of parameters, where its publisher does not state the sizes. */
  readonly aboutBytes?: number;
  readonly files: readonly WeightFile[];
};

const metricsWith = (name: string) => labelsOfMetricsWith(name).join(", ");

/** A CLIP converted for transformers.js; its folder is what `CLIPModel.from_pretrained` takes. */
function clipEntry(
  entry: Omit<WeightEntry, "purpose" | "files" | "source" | "licence">,
  repository: string,
  revision: string,
  known: Readonly<Record<string, readonly [bytes: number, sha256: string]>> = {},
): WeightEntry {
  const paths = [
    "config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "onnx/text_model.onnx",
    "onnx/vision_model.onnx",
  ];
  return {
    ...entry,
    purpose: metricsWith(entry.name),
    source: `https://huggingface.co/${repository}`,
    licence: "MIT (OpenAI CLIP)",
    files: paths.map((path) => ({
      path,
      url: `https://huggingface.co/${repository}/resolve/${revision}/${path}`,
      bytes: known[path]?.[0] ?? null,
      sha256: known[path]?.[1] ?? null,
    })),
  };
}

const forSampling = "sampling and fine-tuning with OpenAI's published model";

function glideEntry(
  entry: Pick<WeightEntry, "name" | "title" | "purpose" | "aboutBytes">,
  ...files: readonly string[]
): WeightEntry {
  return {
    ...entry,
    source: "https://github.com/openai/glide-text2im",
    licence: "MIT",
    files: files.map((file) => ({
      path: file,
      url: `https://openaipublic.blob.core.windows.net/diffusion/dec-2021/${file}`,
      bytes: null,
      sha256: null,
    })),
  };
}

/** The entry of the noised CLIP, and its files: the encoders of images and of captions. */
export const noisedClipWeights = {
  name: "glide-clip",
  image: "clip_image_enc.pt",
  text: "clip_text_enc.pt",
} as const;

export const weightCatalogue: readonly WeightEntry[] = [
  {
    name: "inception",
    title: "FID Inception",
    purpose: metricsWith("inception"),
    source: "https://github.com/mseitzer/pytorch-fid/releases/tag/fid_weights",
    licence: "Apache-2.0",
    files: [
      {
        path: "pt_inception-2015-12-05-6726825d.pth",
        url: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
        bytes: 95_628_359,
        sha256: "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
      },
    ],
  },
  clipEntry(
    { name: "clip-vit-b-32", title: "CLIP ViT-B/32" },
    "Xenova/clip-vit-base-patch32",
    "d15189d7028b43f1d3e65039190477f6af591c2a",
    {
      "config.json": [4_524, "493ef57ff783e42d1530c91b53469b7fdf8db8a9c1408e86998fcb7899a4f495"],
      "preprocessor_config.json": [520, "6f638fb9401a6d6296feff533ee7efe657b787c49f954f82f5906b36ef2a1b1f"],
      "tokenizer.json": [2_224_119, "f7f3b7af117d467b58374797691a6438d3e6b9e9cef800dfd5dced7f697a90cd"],
      "tokenizer_config.json": [775, "60ba2912bc6344c94bc16bbdec27fa1209409167b6f2fdf3cfe9e65462ea3967"],
      "onnx/text_model.onnx": [
        254_058_553,
        "3f6571f5bad13a97c469c1622e1cfc4d9aef78b79fdbfcff804ca357bfada8cc",
      ],
      "onnx/vision_model.onnx": [
        351_685_709,
        "fd6e1402a588279d1723c7534d4bcba5bc0b14b47dfab0e46f8c47b8270d7d40",
      ],
    },
  ),
  clipEntry(
    { name: "clip-vit-b-16", title: "CLIP ViT-B/16", aboutBytes: 0.6e9 },
    "Xenova/clip-vit-base-patch16",
    "main",
  ),
  clipEntry(
    { name: "clip-vit-l-14-336", title: "CLIP ViT-L/14 at 336 pixels", aboutBytes: 1.7e9 },
    "Xenova/clip-vit-large-patch14-336",
    "main",
  ),
  {
    name: "dinov2-vit-l-14",
    title: "DINOv2 ViT-L/14",
    purpose: metricsWith("dinov2-vit-l-14"),
    source: "https://huggingface.co/Xenova/dinov2-large",
    licence: "Apache-2.0",
    aboutBytes: 1.2e9,
    files: ["config.json", "onnx/model.onnx"].map((path) => ({
      path,
      url: `https://huggingface.co/Xenova/dinov2-large/resolve/main/${path}`,
      bytes: null,
      sha256: null,
    })),
  },
  {
    name: "sscd",
    title: "SSCD disc_mixup",
    purpose: metricsWith("sscd"),
    source: "https://github.com/facebookresearch/sscd-copy-detection",
    licence: "CC BY-NC 4.0 (not for commercial use)",
    aboutBytes: 0.1e9,
    files: [
      {
        path: "sscd_disc_mixup.torchvision.pt",
        url: "https://dl.fbaipublicfiles.com/sscd-copy-detection/sscd_disc_mixup.torchvision.pt",
        bytes: null,
        sha256: null,
      },
    ],
  },
  glideEntry(
    { name: "glide-base", title: "GLIDE base, 64 pixels", purpose: forSampling, aboutBytes: 1.5e9 },
    "base.pt",
  ),
  glideEntry(
    {
      name: "glide-upsample",
      title: "GLIDE upsampler, 64 to 256 pixels",
      purpose: forSampling,
      aboutBytes: 1.6e9,
    },
    "upsample.pt",
  ),
  glideEntry(
    {
      name: "glide-base-inpaint",
      title: "GLIDE base for inpainting",
      purpose: "completing images",
      aboutBytes: 1.5e9,
    },
    "base_inpaint.pt",
  ),
  glideEntry(
    {
      name: "glide-upsample-inpaint",
      title: "GLIDE upsampler for inpainting",
      purpose: "completing images",
      aboutBytes: 1.6e9,
    },
    "upsample_inpaint.pt",
  ),
  glideEntry(
    {
      name: noisedClipWeights.name,
      title: "GLIDE’s noised CLIP",
      purpose: "CLIP guidance of samples",
      aboutBytes: 0.6e9,
    },
    noisedClipWeights.image,
    noisedClipWeights.text,
  ),
];

/** @throws SemblanceError `not_found`, with the names that there are */
export function findWeightEntry(name: string): WeightEntry {
  const entry = weightCatalogue.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw new SemblanceError("not_found", `There are no weights called "${name}".`, {
    remedy: `Choose from: ${weightCatalogue.map((candidate) => candidate.name).join(", ")}.`,
  });
}

/** The error of a computation whose weights are not installed: it names the commands that bring them. */
export function missingWeightsError(name: string): SemblanceError {
  const { title } = findWeightEntry(name);
  return new SemblanceError("missing_weights", `The weights of ${title} are not installed.`, {
    remedy: `Run \`npx semblance weights get ${name}\`, or \`npx semblance weights add ${name} PATH\` with a copy.`,
    details: { weights: name },
  });
}
