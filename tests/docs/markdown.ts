/** The project's Markdown files, and what a reader of one finds in it. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export type Document = {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly text: string;
};

export function readDocument(file: string): Document {
  return { file, text: readFileSync(join(root, file), "utf8") };
}

/** README, ARCHITECTURE and all of docs/. */
export function allDocuments(): Document[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return ["README.md", "ARCHITECTURE.md", ...docs.sort()].map(readDocument);
}

/** The text without fenced blocks, and the blocks of the given languages. */
export function splitFences({ text }: Document, languages: readonly string[] = []) {
  const blocks: string[] = [];
  const prose = text.replace(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm, (_, _indent, language, block) => {
    if (languages.includes(language)) blocks.push(block);
    return "";
  });
  return { prose, blocks };
}

/** The anchors of a document's headings, as GitHub makes them. */
export function headingAnchors(document: Document): string[] {
  return [...splitFences(document).prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The cells of every table row, but for headers' rules. */
export function tableRows({ text }: Document): string[][] {
  return [...text.matchAll(/^\|(.+)\|$/gm)]
    .map(([, row]) => row!.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter(([first]) => !/^-+$/.test(first!));
}
