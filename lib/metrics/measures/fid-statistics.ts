/** FID statistics as pytorch-fid stores them: an .npz with mean `mu` and covariance `sigma`. */
import { access, rename, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { encodeNpz, readNpz } from "@/lib/tensor-files/npz";
import type { Gaussian } from "./frechet-distance";

/** Number of an archive's arrays that a message names. */
const namesShown = 10;

/**
 * Reads the arrays `mu` and `sigma`, of any real type; other arrays in the archive are ignored.
 *
 * @throws SemblanceError `not_found`, `invalid_file`, `missing_tensor` or `shape_mismatch`, naming the file
 */
export async function readFidStatistics(path: string): Promise<Gaussian> {
  const name = basename(path);
  await access(path).catch((cause) => {
    throw new SemblanceError("not_found", `${name} cannot be read.`, { remedy: "Check the path.", cause });
  });
  const { arrays, names } = await readNpz(path, ["mu", "sigma"], name);
  const [mu, sigma] = [arrays.get("mu"), arrays.get("sigma")];
  if (!mu || !sigma) {
    const held = names.length > 0 ? names.slice(0, namesShown).join(", ") : "no array";
    throw new SemblanceError("missing_tensor", `${name} holds ${held}, not mu and sigma.`, {
      remedy: "Write the statistics with `semblance statistics` or pytorch-fid's --save-stats.",
    });
  }
  const dims = mu.data.length;
  if (mu.shape.length !== 1 || sigma.shape.length !== 2 || sigma.shape.some((size) => size !== dims)) {
    throw new SemblanceError(
      "shape_mismatch",
      `${name}: mu is [${mu.shape.join(", ")}] and sigma [${sigma.shape.join(", ")}].`,
      { remedy: "Both must be of one network's width: [D] and [D, D]." },
    );
  }
  for (const [array, { data }] of [
    ["mu", mu],
    ["sigma", sigma],
  ] as const) {
    const bad = data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
    if (bad === 0) continue;
    throw new SemblanceError("invalid_file", `${name}: ${bad} values of ${array} are NaN or infinite.`, {
      remedy: "Compute the statistics again; float16 overflows beyond 65504.",
    });
  }
  return { mean: mu.data, covariance: sigma.data };
}

/** Writes statistics that pytorch-fid reads; the file appears whole or not at all. */
export async function writeFidStatistics(path: string, { mean, covariance }: Gaussian): Promise<void> {
  const dims = mean.length;
  const bytes = encodeNpz(
    new Map([
      ["mu", { shape: [dims], data: mean }],
      ["sigma", { shape: [dims, dims], data: covariance }],
    ]),
  );
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}
