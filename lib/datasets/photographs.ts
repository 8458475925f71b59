/** The images of a dataset that are photographs; the others are places of captions that have none. */

/** For `db.image`. */
export const photographs = { blobSha256: { not: null } } as const;
