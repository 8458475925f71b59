/** Which case a path means, which cases a folder has, and what is said of half ones. */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { findCase, findCases } from "@/lib/verification/find-case";
import { caseFolder } from "./altered-case";

/** A folder with files, which hold an empty object or what is given. */
async function folderWith(...files: (string | [name: string, content: string])[]): Promise<string> {
  const folder = await caseFolder();
  for (const file of files) {
    const [name, content] = typeof file === "string" ? [file, "{}"] : file;
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const model = ["base.json", "base.pt", "base.expected.safetensors"];

it("finds a case by its prefix and by each of its files", async () => {
  const folder = await folderWith(...model, "base.grad-norms.json", "zoo.json", "zoo-zip.pt", "zoo-old.pt");
  for (const name of ["base", ...model, "base.grad-norms.json"]) {
    const { kind, prefix } = findCase(join(folder, name));
    expect([kind.subject, basename(prefix)]).toEqual(["a model", "base"]);
  }
  for (const name of ["zoo", "zoo.json", "zoo-zip.pt", "zoo-zip", "zoo-old"]) {
    const { kind, prefix } = findCase(join(folder, name));
    expect([kind.subject, basename(prefix)]).toEqual(["files of torch.save", "zoo"]);
  }
});

it("tells cases of the same files apart by what is in them", async () => {
  const folder = await folderWith(
    ["one.json", '{"cases": [], "text_ctx": 4}'],
    ["two.json", '{"cases": [], "max_text_len": 4}'],
    ["three.json", '{"spaced_linear_5": {}}'],
  );
  expect(["one", "two", "three"].map((name) => findCase(join(folder, name)).kind.subject)).toEqual([
    "GLIDE's tokenizer",
    "CLIP's tokenizer",
    "noise schedules",
  ]);
});

it("says which files are missing, and for what", async () => {
  const folder = await folderWith(
    "base.json",
    "base.expected.safetensors",
    "base.grad-norms.json",
    "pairs.safetensors",
    "zoo-zip.pt",
  );
  expect(() => findCase(join(folder, "base"))).toThrow(
    "base is not a whole reference case. A case of a model also needs base.pt.",
  );
  expect(() => findCase(join(folder, "pairs"))).toThrow(
    "A case of gradient accumulation also needs pairs.json; one of Fréchet distances also needs pairs.expected.json.",
  );
  expect(() => findCase(join(folder, "zoo-zip"))).toThrow("one of files of torch.save also needs zoo.json.");
  expect(() => findCase(join(folder, "absent"))).toThrow("There is no reference case absent.");
  expect(() => findCase(join(folder, "absent", "case"))).toThrow("There is no reference case case.");
});

it("names what is no JSON, and JSON that is of no kind", async () => {
  const folder = await folderWith(["cut.json", '{"cases": ['], ["odd.json", '{"x": 1}']);
  const { kind, prefix } = findCase(join(folder, "cut"));
  await expect(kind.check(prefix, "cpu")).rejects.toThrow("cut.json: not valid JSON.");
  expect(() => findCase(join(folder, "odd"))).toThrow(
    "one of noise schedules also needs other keys in odd.json",
  );
});

it("finds the cases of a folder, and files that belong to none", async () => {
  const folder = await folderWith(...model, "votes.csv", "votes.expected.json", "half.pt", "README.md");
  const { cases, strays } = findCases(folder);
  expect(cases.map(({ kind, prefix }) => [basename(prefix), kind.subject])).toEqual([
    ["base", "a model"],
    ["votes", "votes"],
  ]);
  expect(strays).toEqual(["half.pt"]);
});
