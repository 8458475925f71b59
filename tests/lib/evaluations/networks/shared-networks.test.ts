/** Networks that one machine has installed, fetched by another: two data folders, and a store apart from both. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { installTinyClip } from "@/tests/install-tiny-clip";

const name = "clip-vit-b-32";
const image = "onnx/vision_model.onnx";
const folders: string[] = [];
let store: string;

async function newFolder(): Promise<string> {
  folders.push(await mkdtemp(join(tmpdir(), "semblance-networks-")));
  return folders.at(-1)!;
}

/** The modules as a process of this machine loads them. */
async function onMachine(data: string, storeFolder: string | null = store) {
  vi.stubEnv("SEMBLANCE_DATA", data);
  if (storeFolder !== null) vi.stubEnv("SEMBLANCE_STORE", storeFolder);
  vi.resetModules();
  const [networks, { listWeights }, { findInstalledWeights }] = await Promise.all([
    import("@/lib/evaluations/networks/shared-networks"),
    import("@/lib/evaluations/networks/list-weights"),
    import("@/lib/metrics/weights/weight-folder"),
  ]);
  return {
    ...networks,
    status: async () => (await listWeights()).find((entry) => entry.name === name)!,
    find: () => findInstalledWeights(join(data, "weights"), name),
  };
}

let first: string;
beforeEach(async () => {
  store = await newFolder();
  first = await newFolder();
  installTinyClip(join(first, "weights"));
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

test("what is installed on one machine is fetched by another, to the byte", async () => {
  const { shareInstalledNetworks } = await onMachine(first);
  await shareInstalledNetworks();
  const second = await newFolder();
  const machine = await onMachine(second);
  expect(await machine.status()).toMatchObject({ installed: true, folder: null });
  expect(await machine.find()).toBeNull();
  await machine.fetchNetworks(machine.networksOfMetrics(["clip-score", "fid"]));
  expect(await machine.find()).toMatchObject({ name, files: expect.any(Array) });
  const bytes = (folder: string) => readFile(join(folder, "weights", name, image));
  expect((await bytes(second)).equals(await bytes(first))).toBe(true);
  expect(await machine.status()).toMatchObject({ installed: true, folder: join(second, "weights", name) });
});

test("what nobody has shared stays missing, and a store that lost a file leaves nothing half installed", async () => {
  const second = await newFolder();
  const machine = await onMachine(second);
  await machine.fetchNetworks([name]);
  expect(await machine.find()).toBeNull();
  expect((await machine.status()).installed).toBe(false);
  await (await onMachine(first)).shareNetwork(name);
  await rm(join(store, "networks", name, image));
  const again = await onMachine(second);
  await again.fetchNetworks([name]);
  expect(await again.find()).toBeNull();
});

test("a file that is not what was installed is named, and not kept", async () => {
  await (await onMachine(first)).shareNetwork(name);
  // Replaced, not written to: the store may hold the very file.
  await rm(join(store, "networks", name, image));
  await writeFile(join(store, "networks", name, image), "another network");
  const second = await newFolder();
  const machine = await onMachine(second);
  await expect(machine.fetchNetworks([name])).rejects.toMatchObject({
    code: "invalid_file",
    message: `${image} of ${name} is not what another machine installed.`,
  });
  expect(await machine.find()).toBeNull();
});

test("the demo's networks are shared with it, and leave the store with it", async () => {
  await writeFile(join(first, "weights", "demo-clip.safetensors"), "the demo's CLIP");
  await (await onMachine(first)).shareDemoNetworks();
  const second = await newFolder();
  const machine = await onMachine(second);
  expect(await machine.hasDemoClip()).toBe(true);
  await machine.fetchNetworks(machine.networksOfMetrics(["clip-score-demo"]));
  expect(await readFile(join(second, "weights", "demo-clip.safetensors"), "utf8")).toBe("the demo's CLIP");
  await machine.forgetDemoNetworks();
  expect(await (await onMachine(await newFolder())).hasDemoClip()).toBe(false);
});

test("where all machines share the data folder, nothing is copied", async () => {
  const { shareInstalledNetworks, listSharedNetworks } = await onMachine(first, first);
  await shareInstalledNetworks();
  expect(await listSharedNetworks()).toEqual(new Set());
});
