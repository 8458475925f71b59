/** Columns of a base checkpoint whose file no test reads. */
export const storedCheckpoint = {
  part: "BASE",
  blobSha256: "a".repeat(64),
  format: "safetensors",
  options: { image_size: 64 },
  parameterCount: 1n,
  tensorCount: 1,
} as const;
