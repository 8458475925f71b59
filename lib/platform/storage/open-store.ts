/** The store that the settings name: blobs, and the files that machines share beside them. */
import { join } from "node:path";
import { dataPaths, env, type StorePlace } from "@/lib/env";
import type { BlobStore } from "./blob-store";
import { deferredBlobs, deferredFiles } from "./deferred-store";
import { FolderFiles } from "./folder-files";
import { FolderStore } from "./folder-store";
import type { SharedFiles } from "./shared-files";
import type { Store } from "./store";

/** Opens a store at a place; the object store's client is loaded with the first request to it. */
export function openStore(place: StorePlace): Store {
  if (place.kind === "folder") {
    return {
      blobs: new FolderStore(join(place.folder, "blobs")),
      files: new FolderFiles(place.folder),
      abandonUploads: async () => 0,
    };
  }
  const { objectStore, cacheBytes } = env();
  let opened: Promise<Store> | undefined;
  const open = () => {
    opened ??= import("./s3/open-s3-store").then(({ openS3Store }) =>
      openS3Store(place, objectStore, { folder: dataPaths().cache, limitBytes: cacheBytes }),
    );
    return opened;
  };
  return {
    blobs: deferredBlobs(async () => (await open()).blobs),
    files: deferredFiles(async () => (await open()).files),
    abandonUploads: async (beforeMs) => (await open()).abandonUploads(beforeMs),
  };
}

let store: Store | undefined;

/** The store of this process. */
export function ownStore(): Store {
  store ??= openStore(env().store);
  return store;
}

export function blobStore(): BlobStore {
  return ownStore().blobs;
}

export function sharedFiles(): SharedFiles {
  return ownStore().files;
}

/** Whether the store is the data folder itself, so that its working folders are shared as they are. */
export function isStoreInDataFolder(): boolean {
  const { store: place, dataFolder } = env();
  return place.kind === "folder" && place.folder === dataFolder;
}
