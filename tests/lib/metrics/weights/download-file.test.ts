import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { downloadFile } from "@/lib/metrics/weights/download-file";
import { type Behaviour, type FileServer, sendRange, serve } from "./file-server";

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 31) % 256));
const sha256 = createHash("sha256").update(content).digest("hex");
const whole = { bytes: content.length, sha256 };

let folder: string;
let target: string;
let server: FileServer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "semblance-download-"));
  target = join(folder, "inner", "network.pth");
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const start = async (behaviour: Behaviour) => {
  server = await serve(behaviour);
};

describe("a download", () => {
  test("arrives intact, reports its progress, and leaves no partial file behind", async () => {
    await start((request, response) => sendRange(request, response, content));
    const seen: number[] = [];
    const result = await downloadFile(`${server.url}/f`, target, {
      ...whole,
      onProgress: ({ receivedBytes }) => seen.push(receivedBytes),
    });
    expect(result).toEqual(whole);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  test("cut off in the middle resumes at the byte where it ended", async () => {
    await start((request, response, number) => {
      if (number > 0) return sendRange(request, response, content);
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 100_000), () => response.destroy());
    });
    expect(await downloadFile(`${server.url}/f`, target, whole)).toEqual(whole);
    const resumedAt = Number(/\d+/.exec(server.requests[1]!.range!)![0]);
    expect(resumedAt).toBeGreaterThan(0);
    expect(resumedAt).toBeLessThanOrEqual(100_000);
  });

  test("resumes from an earlier call's partial file, and starts again if the server does not support ranges", async () => {
    await start((request, response) => sendRange(request, response, content));
    target = join(folder, "network.pth");
    writeFileSync(`${target}.part`, content.subarray(0, 250_000));
    await downloadFile(`${server.url}/f`, target, whole);
    expect(server.requests[0]!.range).toBe("bytes=250000-");
    await server.close();

    await start((_, response) => response.end(content));
    writeFileSync(`${target}.part`, content.subarray(0, 250_000));
    expect(await downloadFile(`${server.url}/f`, target, whole)).toEqual(whole);
  });

  test("that stalls is aborted and resumed, and rejected as unavailable if it makes no progress", async () => {
    await start((request, response, number) => {
      if (number === 2) return sendRange(request, response, content);
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 10));
    });
    expect(await downloadFile(`${server.url}/f`, target, { ...whole, stallTimeoutMs: 100 })).toEqual(whole);
    rmSync(target);
    const stalled = downloadFile(`${server.url}/f`, target, { ...whole, stallTimeoutMs: 100, retries: 1 });
    await expect(stalled).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/network\.pth.*no data arrived for 0\.1 s/),
    });
  });

  test("with unexpected content is rejected and deleted", async () => {
    await start((_, response) => response.end(Buffer.alloc(content.length)));
    await expect(downloadFile(`${server.url}/f`, target, whole)).rejects.toMatchObject({
      code: "invalid_file",
    });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  test("that is longer than announced is rejected before it fills the disk", async () => {
    await start((_, response) => response.end(Buffer.alloc(content.length + 1)));
    await expect(downloadFile(`${server.url}/f`, target, whole)).rejects.toMatchObject({
      code: "invalid_file",
    });
    expect(existsSync(target)).toBe(false);
  });

  test("without a connection says so in words", async () => {
    await start(() => {});
    await expect(
      downloadFile("http://nowhere.invalid/f", target, { ...whole, retries: 0 }),
    ).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        /^network.pth could not be downloaded: its server.* is this machine connected to the internet\?$/,
      ),
      remedy: expect.not.stringContaining("command again"),
    });
  });

  test("intercepted by a network's sign-in page is rejected, and what had arrived is kept", async () => {
    await start((_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end("<!doctype html>Sign in");
    });
    target = join(folder, "network.pth");
    writeFileSync(`${target}.part`, content.subarray(0, 1000));
    const unknown = { bytes: null, sha256: null };
    await expect(downloadFile(`${server.url}/f`, target, unknown)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("a web page instead of the file"),
    });
    expect(readFileSync(`${target}.part`)).toHaveLength(1000);
  });

  test("follows redirects, and uses the hash that the first host declares", async () => {
    const behaviour =
      (declared: string): Behaviour =>
      (request, response) => {
        if (request.url === "/final") return sendRange(request, response, content);
        response.writeHead(302, { location: "/final", "x-linked-etag": `"${declared}"` }).end();
      };
    await start(behaviour(sha256));
    expect(await downloadFile(`${server.url}/f`, target, { bytes: null, sha256: null })).toEqual(whole);
    await server.close();
    await start(behaviour("0".repeat(64)));
    const other = join(folder, "other.pth");
    await expect(downloadFile(`${server.url}/f`, other, { bytes: null, sha256: null })).rejects.toMatchObject(
      {
        code: "invalid_file",
      },
    );
  });

  test("stops in a redirect loop", async () => {
    await start((_, response) => response.writeHead(302, { location: "/again" }).end());
    await expect(downloadFile(`${server.url}/f`, target, whole)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("rejected with 404 is not tried again; with 503 it is", async () => {
    await start((request, response, number) => {
      if (request.url === "/gone") response.writeHead(404).end();
      else if (number === 1) response.writeHead(503).end();
      else sendRange(request, response, content);
    });
    await expect(downloadFile(`${server.url}/gone`, target, whole)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("404"),
    });
    expect(server.requests).toHaveLength(1);
    expect(await downloadFile(`${server.url}/f`, target, whole)).toEqual(whole);
  });

  test("can be cancelled and continued", async () => {
    await start((request, response, number) => {
      if (number > 0) return sendRange(request, response, content);
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 50_000));
    });
    const controller = new AbortController();
    const running = downloadFile(`${server.url}/f`, target, {
      ...whole,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect(await downloadFile(`${server.url}/f`, target, whole)).toEqual(whole);
    expect(server.requests[1]!.range).toMatch(/^bytes=\d+-$/);
  });

  test("from a closed port is rejected as unavailable", async () => {
    await start(() => {});
    const { url } = server;
    await server.close();
    await expect(downloadFile(`${url}/f`, target, { ...whole, retries: 0 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });
});
