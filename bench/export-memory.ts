/**
 * Highest memory of exports of GLIDE's published sizes, each in a process of its own:
 *
 *   node --import tsx bench/export-memory.ts [base | upsampler]      (default: base)
 *
 * The weights are made up and lie in a safetensors file. Reading and writing are the export's own. Linux only.
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModelFileFormat, type ModelFilePrecision, writeModel } from "@/jobs/export-model/write-model";
import { type ModelKind, presetOptions } from "@/lib/diffusion/model/model-presets";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { elementCount } from "@/lib/engine/graph/tensor-type";
import { streamSafetensors } from "@/lib/tensor-files/write-safetensors";

const exports: readonly [ModelFileFormat, ModelFilePrecision][] = [
  ["pt", "float32"],
  ["safetensors", "float32"],
  ["safetensors", "float16"],
  ["onnx", "float32"],
];

const [first = "base", ...rest] = process.argv.slice(2);
if (first === "in-this-process") {
  const [path, format, precision] = rest as [string, ModelFileFormat, ModelFilePrecision];
  console.log(await measure(path, format, precision));
} else {
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  try {
    const path = join(folder, "weights.safetensors");
    await makeUp(path, first as ModelKind);
    console.log("| format | precision | before | highest | processor time |");
    console.log("| --- | --- | --- | --- | --- |");
    for (const [format, precision] of exports) {
      const script = [fileURLToPath(import.meta.url), "in-this-process", path, format, precision];
      const { status } = spawnSync(process.execPath, [...process.execArgv, ...script], { stdio: "inherit" });
      if (status !== 0) process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeUp(path: string, kind: ModelKind): Promise<void> {
  const options = presetOptions("glide", kind);
  const shapes = parameterShapes(options);
  const stream = {
    tensors: new Map([...shapes].map(([name, shape]) => [name, { dtype: "float32" as const, shape }])),
    async *read(names: readonly string[]) {
      for (const name of names) yield new Float32Array(elementCount(shapes.get(name)!)).fill(0.01);
    },
  };
  await streamSafetensors(path, stream, { [OPTIONS_METADATA_KEY]: JSON.stringify(options) });
}

/** A row of the table. */
async function measure(
  path: string,
  format: ModelFileFormat,
  precision: ModelFilePrecision,
): Promise<string> {
  const before = await memoryMb("VmRSS");
  const folder = `${path}.${format}-${precision}`;
  await mkdir(folder);
  const cpu = process.cpuUsage();
  await writeModel(
    await openModel(path),
    format === "onnx" ? folder : join(folder, "model"),
    format,
    precision,
  );
  const { user, system } = process.cpuUsage(cpu);
  await rm(folder, { recursive: true });
  const seconds = ((user + system) / 1e6).toFixed(0);
  const highest = (await memoryMb("VmHWM")).toFixed(0);
  return `| ${format} | ${precision} | ${before.toFixed(0)} MB | ${highest} MB | ${seconds} s |`;
}

async function memoryMb(field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)![1]) / 1024;
}
