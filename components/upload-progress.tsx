/** How much of an upload has been sent; of several files also how many. */
import { formatBytes, plural } from "./numbers";
import { ProgressBar } from "./progress-bar";
import type { Sent } from "./use-uploads";

export function UploadProgress({
  sent: { bytes, ofBytes, files, ofFiles },
}: {
  sent: Pick<Sent, "bytes" | "ofBytes"> & Partial<Sent>;
}) {
  const counted = ofFiles === undefined ? "" : `${files} of ${plural(ofFiles, "file", "files")} sent, `;
  return (
    <ProgressBar
      value={ofBytes === 0 ? null : bytes / ofBytes}
      label="Upload"
      text={`${counted}${formatBytes(bytes)} of ${formatBytes(ofBytes)}`}
    />
  );
}
