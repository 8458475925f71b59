/** Turns cli/ and what it imports into plain JavaScript under .compiled/, so that a verb starts in a fraction of a second. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Packages that go into the bundle: they consist of many small files, whose loading would take most of a verb's start.
 * All others stay where npm put them, since they find files of theirs by their own place.
 */
const bundled = new Set(["zod", "cac", "csv-parse", "csv-stringify", "cookie"]);

/** A process that runs from an older bundle may still load parts of it. */
const keepOldBundlesMs = 7 * 24 * 3600e3;

const folderOf = (root) => join(root, ".compiled");
const stampOf = ({ size, mtimeMs }) => `${size} ${mtimeMs}`;

/**
 * The compiled command line, or null where there is none or a source has changed since.
 *
 * @param root folder of the clone
 * @returns path of the module that exports `main`
 */
export function findCompiled(root) {
  try {
    const { entry, sources } = JSON.parse(readFileSync(join(folderOf(root), "current.json"), "utf8"));
    for (const [path, stamp] of Object.entries(sources)) {
      if (stampOf(statSync(join(root, path))) !== stamp) return null;
    }
    const compiled = join(folderOf(root), entry);
    statSync(compiled);
    return compiled;
  } catch {
    return null;
  }
}

/**
 * Compiles the command line anew.
 *
 * @param root folder of the clone, with its packages installed
 * @returns path of the module that exports `main`
 */
export async function compileCommandLine(root) {
  const { build } = await import("esbuild");
  const folder = folderOf(root);
  const name = `${Date.now()}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  removeOldBundles(folder);
  // Stamped before they are read: a source that changes meanwhile makes the bundle an old one.
  const stamps = new Map();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["cli/semblance.ts"],
    outdir: join(folder, name),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    metafile: true,
    logLevel: "silent",
    plugins: [leavePackages, keepPlaces(root, join(folder, name), stamps)],
  });
  const entry = Object.entries(metafile.outputs).find(([, out]) => out.entryPoint === "cli/semblance.ts")[0];
  const sources = Object.fromEntries(stamps);
  for (const path of ["package-lock.json", "tsconfig.json"])
    sources[path] = stampOf(statSync(join(root, path)));
  const draft = join(folder, `${name}.json`);
  writeFileSync(draft, JSON.stringify({ entry: relative(folder, join(root, entry)), sources }));
  renameSync(draft, join(folder, "current.json"));
  return join(root, entry);
}

const leavePackages = {
  name: "leave-packages",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) => {
      if (path.startsWith("@/") || path.startsWith("cli/")) return undefined;
      const name = path.split("/", path.startsWith("@") ? 2 : 1).join("/");
      return bundled.has(name) ? undefined : { path, external: true };
    });
  },
};

/** Modules that look for files beside themselves must find them where the source lies, wherever the clone is moved. */
function keepPlaces(root, outputFolder, stamps) {
  return {
    name: "keep-places",
    setup(build) {
      build.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
        const own = relative(root, path).replaceAll("\\", "/");
        if (own.startsWith("node_modules/")) return undefined;
        stamps.set(own, stampOf(statSync(path)));
        const place = relative(outputFolder, path).replaceAll("\\", "/");
        return {
          contents: readFileSync(path, "utf8").replaceAll(
            "import.meta.url",
            `new URL(${JSON.stringify(place)}, import.meta.url).href`,
          ),
          loader: path.endsWith(".ts") ? "ts" : "js",
        };
      });
    },
  };
}

function removeOldBundles(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (entry !== "current.json" && Date.now() - statSync(path).mtimeMs > keepOldBundlesMs) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await compileCommandLine(fileURLToPath(new URL("..", import.meta.url)));
}
