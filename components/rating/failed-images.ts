/** Why images that did not appear did not. */

/** "faulty": the server has them no more, or sent what is no image; "unreachable": it did not answer, or may later. */
export type ImageFailure = "faulty" | "unreachable" | "none";

/** Asks for each image once more, past the browser's cache. */
export async function findFailure(addresses: readonly string[], signal: AbortSignal): Promise<ImageFailure> {
  const failures = await Promise.all(addresses.map((address) => failureOf(address, signal)));
  if (failures.includes("faulty")) return "faulty";
  return failures.includes("unreachable") ? "unreachable" : "none";
}

async function failureOf(address: string, signal: AbortSignal): Promise<ImageFailure> {
  let bytes: Blob;
  try {
    const response = await fetch(address, { cache: "reload", signal });
    if (response.status === 410 || response.status === 422) return "faulty";
    if (!response.ok) return "unreachable";
    bytes = await response.blob();
  } catch {
    return "unreachable";
  }
  return createImageBitmap(bytes).then(
    (bitmap): ImageFailure => {
      bitmap.close();
      return "none";
    },
    () => "faulty",
  );
}
