/** The store that the settings name: blobs, and the files that machines share beside them. */
import { join } from "node:path";
import { env } from "@/lib/env";
import type { BlobStore } from "./blob-store";
import { FolderFiles } from "./folder-files";
import { FolderStore } from "./folder-store";
import type { SharedFiles } from "./shared-files";

type Store = { readonly blobs: BlobStore; readonly files: SharedFiles };

let store: Store | undefined;

function openStore(): Store {
  const { storeFolder } = env();
  store ??= { blobs: new FolderStore(join(storeFolder, "blobs")), files: new FolderFiles(storeFolder) };
  return store;
}

export function blobStore(): BlobStore {
  return openStore().blobs;
}

export function sharedFiles(): SharedFiles {
  return openStore().files;
}

/** Whether the store is the data folder itself, so that its working folders are shared as they are. */
export function isStoreInDataFolder(): boolean {
  const { storeFolder, dataFolder } = env();
  return storeFolder === dataFolder;
}
