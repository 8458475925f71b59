/** Links between the project's documents resolve. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { allDocuments, headingAnchors, readDocument, root, splitFences } from "./markdown";

const documents = allDocuments();

describe.each(documents)("$file", (document) => {
  const links = [...splitFences(document).prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);

  test("has only links that resolve", () => {
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, anchor] = link.split("#") as [string, string | undefined];
      const target = path === "" ? document.file : join(dirname(document.file), path);
      expect(existsSync(join(root, target)), `${document.file}: ${link}`).toBe(true);
      if (anchor === undefined || statSync(join(root, target)).isDirectory()) continue;
      expect(headingAnchors(readDocument(target)), `${document.file}: ${link}`).toContain(anchor);
    }
  });

  test("names no path of one machine", () => {
    expect(document.text).not.toMatch(/(?<![\w.])\/(work|tmp|home|root)\//);
  });
});

test("every document of docs/ is reached from docs/README.md", () => {
  const seen = new Set<string>();
  const follow = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, link] of readDocument(file).text.matchAll(/\]\(([^)\s#]+\.md)[^)]*\)/g)) {
      if (!/^[a-z]+:/.test(link!)) follow(relative(root, join(root, dirname(file), link!)));
    }
  };
  follow("docs/README.md");
  const missing = documents
    .map(({ file }) => file)
    .filter((file) => file.startsWith("docs/") && !seen.has(file));
  expect(missing).toEqual([]);
});
