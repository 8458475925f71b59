/** SwiftShader, a Vulkan driver in software, for tests of what runs on graphics cards. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** What a process must find in its environment when it starts, to use the driver. */
export type DriverEnvironment = Readonly<
  Record<"LD_LIBRARY_PATH" | "VK_DRIVER_FILES" | "VK_ICD_FILENAMES", string>
>;

const driver = "libvk_swiftshader.so";
const loader = "libvulkan.so.1";
const manifest = "vk_swiftshader_icd.json";

/** dlopen's RTLD_NODELETE, which Node does not name. */
const stayLoaded = 0x1000;

/**
 * Unpacks the driver and a Vulkan loader from the npm package that the browser tests take Chromium from. Null, with the
 * reason printed, where that cannot be.
 */
export function softwareVulkan(): DriverEnvironment | null {
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.info(
      `skipped: SwiftShader is packaged for x64 Linux, not for ${process.arch} ${process.platform}`,
    );
    return null;
  }
  try {
    const folder = unpackedDriver();
    return {
      LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
      VK_DRIVER_FILES: join(folder, manifest),
      VK_ICD_FILENAMES: join(folder, manifest),
    };
  } catch (error) {
    console.info(`skipped: SwiftShader cannot be unpacked (${String(error)})`);
    return null;
  }
}

/**
 * Makes this process use the driver as well. LD_LIBRARY_PATH is read only when a process starts; but a library that is
 * already loaded is found by its name, so the loader is loaded and kept, although it is no add-on for Node.
 */
export function useSoftwareVulkan(environment: DriverEnvironment): void {
  Object.assign(process.env, environment);
  try {
    const library = join(dirname(environment.VK_DRIVER_FILES), loader);
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | stayLoaded);
  } catch (error) {
    if (!String(error).includes("did not self-register")) throw error;
  }
}

/** The folder of the driver's files, for as long as the test run lasts; other test files may be unpacking it too. */
function unpackedDriver(): string {
  const parent = process.env.SEMBLANCE_TEST_FOLDER ?? tmpdir();
  const folder = join(parent, "swiftshader");
  if (existsSync(folder)) return folder;
  const chromium = dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
  const archive = readFileSync(join(chromium, "../../bin/swiftshader.tar.br"));
  const scratch = mkdtempSync(`${folder}-`);
  for (const [name, content] of filesOfTar(brotliDecompressSync(archive))) {
    if ([driver, loader, manifest].includes(name)) writeFileSync(join(scratch, name), content);
  }
  try {
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The plain files of a tar archive. */
function* filesOfTar(tar: Buffer): Generator<readonly [name: string, content: Buffer]> {
  const blockBytes = 512;
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const field = (offset: number, length: number) =>
      tar.toString("latin1", at + offset, at + offset + length).split("\0")[0]!;
    const size = Number.parseInt(field(124, 12), 8);
    yield [field(0, 100), tar.subarray(at + blockBytes, at + blockBytes + size)];
    at += blockBytes * (1 + Math.ceil(size / blockBytes));
  }
}
