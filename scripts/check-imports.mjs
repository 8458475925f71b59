/** Enforces the direction of imports that ARCHITECTURE.md draws; part of `npm run lint`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What each part may import, besides itself and npm packages. Longest matching prefix wins; "lib" is every other lib folder. */
const allowed = {
  "lib/errors": [],
  "lib/engine": ["lib/errors"],
  "lib/images": ["lib/errors", "lib/env"],
  "lib/diffusion": [
    "lib/errors",
    "lib/engine",
    "lib/images",
    "lib/fine-tunes/fine-tune-settings",
    "lib/samples/sample-settings",
    // A pure function of pixels, held against PyTorch.
    "lib/metrics/resize-bilinear",
  ],
  "lib/metrics": ["lib/errors", "lib/engine", "lib/images"],
  "lib/ratings/statistics": ["lib/errors"],
  lib: [
    "lib",
    "lib/errors",
    "lib/images",
    "lib/ratings/statistics",
    "lib/diffusion/checkpoints",
    "lib/diffusion/tokenizer",
    "lib/diffusion/model-options",
    "lib/diffusion/infer-model-options",
    "lib/diffusion/model-presets",
    // Compares a file's tensors with the model's; computes nothing and loads no engine.
    "lib/diffusion/model/open-model",
    // The catalogue of weights and the folder in which they lie: data and files, no engine.
    "lib/metrics/weights",
    // The form of a stored heat map and the place of its cells: data, no engine.
    "lib/metrics/grounding/heat-map",
  ],
  components: ["lib", "lib/errors", "lib/ratings/statistics", "lib/metrics/grounding/heat-map"],
  app: [
    "components",
    "lib",
    "lib/errors",
    "lib/ratings/statistics",
    "lib/metrics/grounding/heat-map",
    "lib/images/left-out",
    // Names of formats: data.
    "lib/images/image-formats",
  ],
  web: ["lib", "lib/errors"],
  workers: [
    "lib",
    "lib/errors",
    "lib/images",
    "lib/engine",
    "lib/diffusion",
    "lib/metrics",
    "lib/ratings/statistics",
  ],
  cli: [
    "workers",
    "lib",
    "lib/errors",
    "lib/images",
    "lib/engine",
    "lib/diffusion",
    "lib/metrics",
    "lib/ratings/statistics",
  ],
  // The world that the first start shows, how its models are made, and how it is put in place: nothing imports it.
  demo: [
    "cli/interrupt",
    "workers",
    "lib",
    "lib/errors",
    "lib/images",
    "lib/engine",
    "lib/diffusion",
    "lib/metrics",
    "lib/ratings/statistics",
  ],
};

/** Packages that one file alone may import, so that the rest stays independent of them. */
const soleImporters = {
  "onnxruntime-node": ["lib/engine/session.ts"],
  "onnxruntime-common": ["lib/engine/session.ts"],
  // Files are read by the first alone; the others scale and encode pixels that are in memory.
  sharp: [
    "lib/images/decode-image.ts",
    "lib/diffusion/training/training-pictures.ts",
    "lib/diffusion/training/training-previews.ts",
    "lib/samples/contact-sheet.ts",
    "lib/storage/picture-rendition.ts",
    "lib/studies/blind-picture.ts",
    "workers/tasks/picture-record.ts",
    "cli/experiment-figures.ts",
    "cli/heat-map.ts",
    "demo/build/check-samples.ts",
    "demo/world/picture-files.ts",
    "demo/world/render-picture.ts",
  ],
};

const environmentReaders = ["lib/env.ts"];

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

function* sourceFiles(root, folder) {
  if (!existsSync(join(root, folder))) return;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (path !== "lib/generated") yield* sourceFiles(root, path);
    } else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

/** The entry of `allowed` that a path belongs to. */
function partOf(path) {
  return Object.keys(allowed)
    .filter((part) => path === part || path.startsWith(`${part}/`) || path.startsWith(`${part}.`))
    .sort((a, b) => b.length - a.length)[0];
}

function resolveImport(root, from, specifier) {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  if (specifier.startsWith("."))
    return relative(root, join(root, dirname(from), specifier)).replaceAll("\\", "/");
  return null;
}

/** Every breach of the rules below `root`, as "path:line: rule". */
export function findViolations(root) {
  const violations = [];
  for (const folder of ["lib", "components", "app", "web", "workers", "cli", "demo"]) {
    for (const path of sourceFiles(root, folder)) {
      const text = readFileSync(join(root, path), "utf8");
      const lineOf = (index) => text.slice(0, index).split("\n").length;
      const own = partOf(path);
      for (const match of text.matchAll(importPattern)) {
        const specifier = match[1] ?? match[2] ?? match[3];
        const where = `${path}:${lineOf(match.index + match[0].search(/\S/))}`;
        const target = resolveImport(root, path, specifier);
        if (target === null) {
          const importers = soleImporters[specifier];
          if (importers && !importers.includes(path)) {
            violations.push(`${where}: only ${importers.join(" and ")} may import ${specifier}`);
          }
          continue;
        }
        const part = partOf(target);
        if (part === undefined || part === own) continue;
        // A rule may name a whole part or a file or folder inside one.
        const fits = allowed[own].some(
          (rule) =>
            rule === part ||
            target === rule ||
            (target.startsWith(`${rule}/`) && rule.split("/").length > part.split("/").length),
        );
        if (!fits) violations.push(`${where}: ${own} must not import ${target} (${part})`);
      }
      if (!environmentReaders.includes(path)) {
        // Setting a variable for what comes after is no reading.
        for (const match of text.matchAll(/process\.env\b(?!\.\w+ = )/g)) {
          violations.push(
            `${path}:${lineOf(match.index)}: only ${environmentReaders.join(", ")} reads process.env`,
          );
        }
      }
    }
  }
  return violations;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const violations = findViolations(fileURLToPath(new URL("..", import.meta.url)));
  if (violations.length > 0) {
    console.error(violations.join("\n"));
    console.error(`\n${violations.length} imports against the direction that ARCHITECTURE.md draws.`);
    process.exit(1);
  }
}
