/** What an image looks like in very few pixels, to find images that look alike. */
import { decodeImage } from "./decode-image";
import { fingerprintSidePx } from "./fingerprint-size";

/**
 * The whole image, its aspect given up. Scaled or compressed again it has nearly the same.
 *
 * @returns `fingerprintLength` values
 * @throws SemblanceError as `decodeImage`
 */
export async function fingerprint(bytes: Uint8Array, name?: string): Promise<Uint8Array<ArrayBuffer>> {
  const { data } = await decodeImage(bytes, {
    name,
    edit: (image) =>
      image.resize(fingerprintSidePx, fingerprintSidePx, { fit: "fill", fastShrinkOnLoad: false }),
  });
  return new Uint8Array(data);
}
