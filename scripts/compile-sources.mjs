/**
 * Turns TypeScript into plain JavaScript under .compiled/: the command line, so that a verb starts in a fraction of a
 * second, and all processes of a server.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiledFolder, findCompiled, stampOf } from "../lib/platform/find-compiled.mjs";

/**
 * Packages that go into a bundle: they consist of many small files, whose loading would take most of a start.
 * All others stay where npm put them, since they find files of theirs by their own place.
 */
const bundled = new Set(["zod", "cac", "csv-parse", "csv-stringify", "cookie"]);

/** A process that runs from an older bundle may still load parts of it. */
const keepOldBundlesMs = 7 * 24 * 3600e3;

const commandLine = "cli/semblance.ts";

/** Each is started as a process, or loaded by its address in one of them. */
function processesOf(root) {
  return [
    "scripts/supervise.ts",
    "web/web-server.ts",
    "workers/worker.ts",
    "lib/platform/engine-process/engine-process.ts",
    "lib/platform/image-process/image-process.ts",
    "lib/computations/process.ts",
    "lib/datasets/sources/parquet-process.ts",
    ...readdirSync(join(root, "jobs")).map((job) => `jobs/${job}/engine.ts`),
  ].filter((path) => existsSync(join(root, path)));
}

/**
 * The compiled command line, or null where there is none or a source has changed since.
 *
 * @param root folder of the clone
 * @returns path of the module that exports `main`
 */
export function findCommandLine(root) {
  return findCompiled(root, "command-line", commandLine);
}

/**
 * Compiles the command line anew.
 *
 * @param root folder of the clone, with its packages installed
 * @returns path of the module that exports `main`
 */
export function compileCommandLine(root) {
  return compileEntry(root, "command-line", commandLine);
}

/**
 * Compiles one source, and what it imports, anew; findCompiled then finds it.
 *
 * @param root folder of the clone, with its packages installed
 * @param bundle name for what is compiled together
 * @param source path of a file in the clone
 * @returns path of the module that was made of it
 */
export async function compileEntry(root, bundle, source) {
  const entries = await compile(root, bundle, [source]);
  return join(compiledFolder(root), entries[source]);
}

/** Whether all processes are compiled, and no source has changed since. */
export function hasProcesses(root) {
  return processesOf(root).every((source) => findCompiled(root, "processes", source) !== null);
}

/** Compiles the processes anew. @param root folder of the clone, with its packages installed */
export async function compileProcesses(root) {
  await compile(root, "processes", processesOf(root));
}

/** @returns for each of `sources` the path of its module in .compiled/ */
async function compile(root, bundle, sources) {
  const { build } = await import("esbuild");
  const folder = compiledFolder(root);
  const name = `${bundle}-${Date.now()}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  removeOldBundles(folder, bundle);
  // Stamped before they are read: a source that changes meanwhile makes the bundle an old one.
  const stamps = new Map();
  const { metafile } = await build({
    absWorkingDir: root,
    // All in one folder, from which keepPlaces counts.
    entryPoints: Object.fromEntries(
      sources.map((path) => [path.replace(".ts", "").replaceAll("/", "-"), path]),
    ),
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
  const entries = Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([, { entryPoint }]) => sources.includes(entryPoint))
      .map(([path, { entryPoint }]) => [entryPoint, relative(folder, join(root, path))]),
  );
  for (const path of ["package-lock.json", "tsconfig.json"])
    stamps.set(path, stampOf(statSync(join(root, path))));
  const draft = join(folder, `${name}.json`);
  writeFileSync(draft, JSON.stringify({ entries, sources: Object.fromEntries(stamps) }));
  renameSync(draft, join(folder, `${bundle}.json`));
  return entries;
}

const leavePackages = {
  name: "leave-packages",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (path.startsWith("@/") || kind === "entry-point") return undefined;
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

function removeOldBundles(folder, bundle) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (entry.startsWith(`${bundle}-`) && Date.now() - statSync(path).mtimeMs > keepOldBundlesMs) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await compileCommandLine(fileURLToPath(new URL("..", import.meta.url)));
}
