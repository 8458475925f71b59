/**
 * Pages that are the same for everybody. The build has drawn them, and they are sent from memory, compressed once, without
 * Next (docs/decisions/0053). What they show comes from the requests of their screens.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { pagePolicy } from "@/lib/platform/server/page-policy";

/** Patterns as the folder `pages` names them. */
const patterns = ["/rate/[studyId]", "/caption/[deskId]"] as const;

type BuiltPage = {
  readonly policy: string;
  /** Without the quotation marks; each encoding has a tag of its own. */
  readonly tag: string;
  readonly bodies: Readonly<Record<"br" | "gzip" | "identity", Buffer>>;
};

/** Answers a request for one of the pages; false where the path, without its query, is not one of theirs. */
export type SendBuiltPage = (incoming: IncomingMessage, outgoing: ServerResponse, path: string) => boolean;

/** @param folder of the build, `.next` */
export async function readBuiltPages(folder: string): Promise<SendBuiltPage> {
  const pages = await Promise.all(
    patterns.map(async (pattern) => ({
      address: new RegExp(`^${pattern.replace(/\[\w+\]/, "[^/]+")}$`),
      page: await prepare(await readFile(join(folder, "server/pages", `${pattern}.html`))),
    })),
  );
  return (incoming, outgoing, path) => {
    const found = pages.find(({ address }) => address.test(path));
    if (found) send(found.page, incoming, outgoing);
    return found !== undefined;
  };
}

async function prepare(html: Buffer): Promise<BuiltPage> {
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(html),
    promisify(gzip)(html, { level: 9 }),
  ]);
  return {
    policy: pagePolicy(...inlineScripts(html.toString()).map((script) => `'sha256-${hash(script)}'`)),
    tag: hash(html),
    bodies: { br, gzip: zipped, identity: html },
  };
}

/** Texts of the scripts that run where they stand. Blocks of data, such as `type="application/json"`, do not. */
function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script(?<attributes>[^>]*)>(?<text>.*?)<\/script>/gs)]
    .map(({ groups }) => groups as { attributes: string; text: string })
    .filter(({ attributes, text }) => text !== "" && !/ (?:src|type)=/.test(attributes))
    .map(({ text }) => text);
}

function hash(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("base64");
}

function send({ policy, tag, bodies }: BuiltPage, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const encoding = chooseEncoding(String(incoming.headers["accept-encoding"] ?? ""));
  const etag = `"${tag}-${encoding}"`;
  outgoing.setHeader("Content-Security-Policy", policy);
  outgoing.setHeader("Content-Type", "text/html; charset=utf-8");
  // A later build has another page under the same address.
  outgoing.setHeader("Cache-Control", "no-cache");
  outgoing.setHeader("Vary", "Accept-Encoding");
  outgoing.setHeader("ETag", etag);
  const known = String(incoming.headers["if-none-match"] ?? "").split(/\s*,\s*/);
  if (known.some((each) => each.replace(/^W\//, "") === etag)) {
    outgoing.statusCode = 304;
    outgoing.end();
    return;
  }
  if (encoding !== "identity") outgoing.setHeader("Content-Encoding", encoding);
  outgoing.setHeader("Content-Length", bodies[encoding].length);
  outgoing.end(incoming.method === "HEAD" ? undefined : bodies[encoding]);
}

/** Browsers list what they take; `q=0` is what they do not. */
function chooseEncoding(accepted: string): keyof BuiltPage["bodies"] {
  const takes = (name: string) =>
    accepted.split(",").some((each) => {
      const [coding, ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      return coding === name && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    });
  return takes("br") ? "br" : takes("gzip") ? "gzip" : "identity";
}
