/** Installs a CLIP of a few numbers where metrics look for ViT-B/32: it computes real, if meaningless, scores. */
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTinyClip } from "./lib/metrics/extractors/tiny-clip";

export function installTinyClip(weightsFolder: string): void {
  const folder = join(weightsFolder, "clip-vit-b-32");
  writeTinyClip(folder);
  const files = ["onnx/vision_model.onnx", "onnx/text_model.onnx", "config.json", "tokenizer.json"].map(
    (path) => ({
      path,
      bytes: statSync(join(folder, path)).size,
      sha256: createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    }),
  );
  writeFileSync(join(folder, "semblance.json"), JSON.stringify({ name: "clip-vit-b-32", files }));
}
