/** Why a step of the start failed, in plain words, out of what npm, Next.js or the system printed. */

const causes = [
  {
    pattern: /\bENOSPC\b|\bEDQUOT\b|No space left on device/,
    message: "The disk is full.",
    remedy: "Free 3 GB, or move this folder to another disk, and run npm start again.",
  },
  {
    pattern:
      /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    message: "The package registry could not be reached.",
    remedy:
      "Packages are downloaded once; afterwards Semblance needs no network. Check the connection. " +
      "`npm config get registry` shows the registry, and `npm config set proxy http://HOST:PORT` sets " +
      "a proxy. Then run npm start again.",
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERT_HAS_EXPIRED/,
    message: "The package registry's certificate is not trusted on this machine.",
    remedy:
      "Behind a company proxy, name its certificate: NODE_EXTRA_CA_CERTS=FILE npm start. Otherwise check the clock.",
  },
  {
    pattern: /\b(E404|ETARGET|E403|E401)\b/,
    message: "The package registry does not have one of the packages.",
    remedy: "`npm config get registry` shows the registry; it must be a complete mirror of npm's.",
  },
  {
    pattern: /\b(EACCES|EPERM|EROFS)\b/,
    message: "This folder or npm's cache is not writable.",
    remedy: "Change the owner of the files named in the output, or clone into a folder that you own.",
  },
  {
    pattern: /heap out of memory|\bSIGKILL\b|\bENOMEM\b/,
    message: "This machine has too little memory for this step.",
    remedy: "Close other programs (the build needs about 2 GB), then run npm start again.",
  },
];

/** @param output all that the step printed @returns null where the cause is none that is known */
export function explainFailure(output) {
  const known = causes.find(({ pattern }) => pattern.test(output));
  return known ? { message: known.message, remedy: known.remedy } : null;
}

/**
 * What a folder's disk lacks for a step, or null.
 *
 * @param freeBytes of the disk @param neededBytes of the step
 */
export function spaceProblem(freeBytes, neededBytes, folder) {
  if (freeBytes >= neededBytes) return null;
  const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  return {
    message: `The disk of ${folder} has ${gigabytes(freeBytes)} free; this step needs ${gigabytes(neededBytes)}.`,
    remedy: "Free some space, or use a folder on another disk, and run npm start again.",
  };
}
