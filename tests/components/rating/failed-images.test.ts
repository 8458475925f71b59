/** Whether a rater waits for an image or goes on without it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { findFailure } from "@/components/rating/failed-images";

const server = createServer((request, response) => {
  const status = Number(request.url!.slice(1, 4));
  response.statusCode = status;
  response.end(request.url!.endsWith("/image") ? "image" : "no image");
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // What browsers do: only images become bitmaps.
  vi.stubGlobal("createImageBitmap", async (bytes: Blob) => {
    if ((await bytes.text()) !== "image") throw new Error("The source image could not be decoded.");
    return { close() {} };
  });
});
afterAll(() => server.close());

const failure = (...paths: string[]) =>
  findFailure(
    paths.map((path) => base + path),
    new AbortController().signal,
  );

test("an image that is lost on the server or not an image is faulty", async () => {
  expect(await failure("/200/image", "/410/")).toBe("faulty");
  expect(await failure("/422/")).toBe("faulty");
  expect(await failure("/200/image", "/200/text")).toBe("faulty");
});

test("a server that does not respond, or is unavailable, is retried", async () => {
  for (const path of ["/503/", "/500/", "/429/", "/404/"])
    expect(await failure("/200/image", path)).toBe("unreachable");
  expect(await findFailure(["http://127.0.0.1:1/x"], new AbortController().signal)).toBe("unreachable");
});

test("images that arrive intact after all are not faulty", async () => {
  expect(await failure("/200/image", "/200/image")).toBe("none");
});
