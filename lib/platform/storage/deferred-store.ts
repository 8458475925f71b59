/** Stores that are opened by the first who asks for something: a client of object stores is large. */
import type { BlobStore } from "./blob-store";
import type { SharedFiles } from "./shared-files";

export function deferredBlobs(open: () => Promise<BlobStore>): BlobStore {
  return {
    put: async (bytes) => (await open()).put(bytes),
    putFile: async (path, options) => (await open()).putFile(path, options),
    read: async (sha256, options) => (await open()).read(sha256, options),
    toLocalFile: async (sha256) => (await open()).toLocalFile(sha256),
    isWhole: async (sha256) => (await open()).isWhole(sha256),
    has: async (sha256) => (await open()).has(sha256),
    async *list() {
      yield* (await open()).list();
    },
    keptAt: async (sha256) => (await open()).keptAt(sha256),
    delete: async (sha256) => (await open()).delete(sha256),
    toLink: async (sha256, file) => (await open()).toLink(sha256, file),
  };
}

export function deferredFiles(open: () => Promise<SharedFiles>): SharedFiles {
  return {
    put: async (name, path) => (await open()).put(name, path),
    fetch: async (name, path) => (await open()).fetch(name, path),
    async *list(folder) {
      yield* (await open()).list(folder);
    },
    delete: async (name) => (await open()).delete(name),
  };
}
