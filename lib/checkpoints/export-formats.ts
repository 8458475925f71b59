/** The formats in which a model's page offers files for other programs. */

export const exportFormats = {
  pt: {
    title: "PyTorch",
    text: "One .pt file for OpenAI’s published code.",
    format: "pt",
    precision: "float32",
    ending: ".pt",
  },
  "pt-half": {
    title: "PyTorch, half precision",
    text: "A .pt file of half the size, rounded to float16.",
    format: "pt",
    precision: "float16",
    ending: "-half.pt",
  },
  safetensors: {
    title: "safetensors",
    text: "For Semblance and the programs of Hugging Face.",
    format: "safetensors",
    precision: "float32",
    ending: ".safetensors",
  },
  "safetensors-half": {
    title: "safetensors, half precision",
    text: "Half the size, rounded to float16.",
    format: "safetensors",
    precision: "float16",
    ending: "-half.safetensors",
  },
  onnx: {
    title: "ONNX",
    text: "Text encoder and UNet for ONNX Runtime, in one zip file.",
    format: "onnx",
    precision: "float32",
    ending: "-onnx.zip",
  },
} as const;

export type ExportFormat = keyof typeof exportFormats;

export const exportFormatNames = Object.keys(exportFormats) as [ExportFormat, ...ExportFormat[]];
