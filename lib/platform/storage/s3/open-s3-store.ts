/** A store in a bucket, with what this machine keeps of it. */
import { join } from "node:path";
import type { ObjectStoreSettings } from "@/lib/env";
import { LocalCache } from "../local-cache";
import type { Store } from "../store";
import { Bucket, type Place } from "./bucket";
import { S3Files } from "./s3-files";
import { S3Store } from "./s3-store";
import { Uploads } from "./upload";

/** @param cache what of the bucket this machine keeps, and where */
export function openS3Store(
  place: Place,
  settings: ObjectStoreSettings,
  cache: { readonly folder: string; readonly limitBytes: number },
): Store {
  const bucket = new Bucket(place, settings);
  const uploads = new Uploads(bucket, join(cache.folder, "uploads"));
  return {
    blobs: new S3Store(bucket, uploads, new LocalCache(cache.folder, cache.limitBytes), settings.givesLinks),
    files: new S3Files(bucket, uploads),
    abandonUploads: (beforeMs) => uploads.abandonBefore(beforeMs),
  };
}
