/** Holds the figures that README.md and docs/ say of the demo against the true ones. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Finding } from "./finding";

const claim = /<!-- demo:([a-z0-9-]+) -->([\s\S]*?)<!-- \/demo -->/g;

/**
 * @param folder below which README.md and docs/ lie
 * @param options.write puts the true figures in, so that only names that are none remain to be found
 */
export async function checkClaims(
  figures: ReadonlyMap<string, string>,
  folder: string,
  { write }: { write: boolean },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of await documents(folder)) {
    const text = await readFile(path, "utf8");
    const corrected = text.replace(claim, (whole, name: string, said: string) => {
      const figure = figures.get(name);
      const where = `demo:${name} in ${relative(folder, path)}`;
      if (figure === undefined) {
        findings.push({ figure: where, problem: "is no figure that the demo has" });
        return whole;
      }
      if (said.trim() !== figure.trim() && !write) {
        findings.push({ figure: where, problem: `says “${said.trim()}”; it is “${figure.trim()}”` });
      }
      return `<!-- demo:${name} -->${figure}<!-- /demo -->`;
    });
    if (write && corrected !== text) await writeFile(path, corrected);
  }
  return findings;
}

async function documents(folder: string): Promise<string[]> {
  const found = await readdir(join(folder, "docs"), { recursive: true, withFileTypes: true }).catch(() => []);
  return [
    join(folder, "README.md"),
    ...found
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  ];
}
