import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keptSecret, readEnvironment } from "@/lib/env";

test("an empty environment gives the defaults", () => {
  expect(readEnvironment({})).toEqual({
    databaseUrl: null,
    ownerDatabaseUrl: null,
    logLevel: "info",
    logFormat: "auto",
    dataFolder: resolve("data"),
    store: { kind: "folder", folder: resolve("data") },
    objectStore: { endpoint: null, region: "us-east-1", keys: null, pathStyle: false, givesLinks: false },
    cacheBytes: 20e9,
    weightsFolder: resolve("data/weights"),
    port: 3000,
    publicUrl: null,
    trustedProxies: [],
    bindAddress: null,
    hosts: [],
    provider: "auto",
    cudaDevices: null,
    largestImagePixels: 64_000_000,
    importRoots: [resolve("data/imports")],
    production: false,
  });
});

test("the store is a folder, or a bucket with a prefix", () => {
  const storeOf = (text: string) => readEnvironment({ SEMBLANCE_STORE: text }).store;
  expect(storeOf("/mnt/store")).toEqual({ kind: "folder", folder: "/mnt/store" });
  expect(storeOf("s3://my-bucket")).toEqual({ kind: "bucket", bucket: "my-bucket", prefix: "" });
  expect(storeOf("s3://my-bucket/a/b/")).toEqual({ kind: "bucket", bucket: "my-bucket", prefix: "a/b/" });
  for (const bad of ["s3://", "s3://My Bucket", "s3://bucket//x", "https://example.org/bucket"]) {
    expect(() => storeOf(bad)).toThrow("SEMBLANCE_STORE cannot be used");
  }
  const own = readEnvironment({
    SEMBLANCE_S3_ENDPOINT: "http://localhost:9000",
    SEMBLANCE_S3_ACCESS_KEY: "a",
    SEMBLANCE_S3_SECRET_KEY: "b",
    SEMBLANCE_S3_LINKS: "yes",
  }).objectStore;
  expect(own).toMatchObject({ keys: { access: "a", secret: "b" }, pathStyle: true, givesLinks: true });
});

test("an empty variable counts as missing, since shells and compose files produce them", () => {
  expect(readEnvironment({ DATABASE_URL: "", PORT: "", SEMBLANCE_URL: "" })).toMatchObject({
    databaseUrl: null,
    port: 3000,
  });
});

test("the public address loses its last slash", () => {
  expect(readEnvironment({ SEMBLANCE_URL: "https://rate.example.org/" }).publicUrl).toBe(
    "https://rate.example.org",
  );
});

test("trusted proxies are a list of addresses and networks", () => {
  expect(readEnvironment({ SEMBLANCE_TRUSTED_PROXIES: "127.0.0.1, ::1 10.0.0.0/8," }).trustedProxies).toEqual(
    ["127.0.0.1", "::1", "10.0.0.0/8"],
  );
  expect(() => readEnvironment({ SEMBLANCE_TRUSTED_PROXIES: "127.0.0.1, proxy.local" })).toThrow(
    'SEMBLANCE_TRUSTED_PROXIES cannot be used: "proxy.local" is no IP address',
  );
});

test("weights are in the data folder, or in a folder of their own", () => {
  expect(readEnvironment({ SEMBLANCE_DATA: "/srv/data" }).weightsFolder).toBe("/srv/data/weights");
  const shared = readEnvironment({ SEMBLANCE_DATA: "/srv/data", SEMBLANCE_WEIGHTS: "/srv/networks" });
  expect(shared).toMatchObject({ dataFolder: "/srv/data", weightsFolder: "/srv/networks" });
});

test("import roots are a list of folders like PATH", () => {
  expect(readEnvironment({ SEMBLANCE_IMPORT_ROOTS: "/srv/images::relative" }).importRoots).toEqual([
    "/srv/images",
    resolve("relative"),
  ]);
});

test.each([
  ["DATABASE_URL", "mysql://localhost/x"],
  ["PORT", "many"],
  ["PORT", "70000"],
  ["SEMBLANCE_URL", "not an address"],
  // Reads as an address with the protocol "rate.example.org:".
  ["SEMBLANCE_URL", "rate.example.org:3000"],
  ["SEMBLANCE_PROVIDER", "tpu"],
  ["SEMBLANCE_MEGAPIXELS", "huge"],
  ["SEMBLANCE_MEGAPIXELS", "0"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(`The environment variable ${name} cannot be used`);
});

test("a secret is created once, readable only by its owner", () => {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const secret = keptSecret("key", folder);
  expect(Buffer.from(secret, "base64url").length).toBe(32);
  expect(keptSecret("key", folder)).toBe(secret);
  expect(keptSecret("other", folder)).not.toBe(secret);
  expect(statSync(join(folder, "secrets/key")).mode & 0o077).toBe(0);
});

test("the listening address and host names are validated", () => {
  expect(
    readEnvironment({ SEMBLANCE_BIND: "127.0.0.1", SEMBLANCE_HOSTS: "Rate.example.org, other" }),
  ).toMatchObject({
    bindAddress: "127.0.0.1",
    hosts: ["rate.example.org", "other"],
  });
  expect(() => readEnvironment({ SEMBLANCE_BIND: "localhost" })).toThrow("SEMBLANCE_BIND");
  expect(() => readEnvironment({ SEMBLANCE_HOSTS: "https://rate.example.org" })).toThrow("SEMBLANCE_HOSTS");
});
