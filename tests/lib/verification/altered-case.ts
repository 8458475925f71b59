/** Copies of reference cases in which values are changed, and cases made by a test. */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that is removed after the test. */
export async function caseFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-case-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The prefix of a copy of a case with all its files, in a folder that is removed after the test. */
export async function copyCase(prefix: string): Promise<string> {
  const folder = await caseFolder();
  for (const name of await readdir(dirname(prefix))) {
    if (/^[.-]/.test(name.slice(basename(prefix).length)) && name.startsWith(basename(prefix))) {
      await copyFile(join(dirname(prefix), name), join(folder, name));
    }
  }
  return join(folder, basename(prefix));
}

/** Replaces the first place where a text file has `before`. */
export async function alterText(path: string, before: string | RegExp, after: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const altered = text.replace(before, after);
  if (altered === text) throw new Error(`${path} has no ${before}`);
  await writeFile(path, altered);
}

/** Adds `amount` to the first value of a float32 tensor in a safetensors file. */
export async function addToTensor(path: string, name: string, amount: number): Promise<void> {
  const file = await readFile(path);
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + headerLength).toString("utf8"));
  const position = 8 + headerLength + header[name].data_offsets[0];
  file.writeFloatLE(file.readFloatLE(position) + amount, position);
  await writeFile(path, file);
}
