/** How much the captioners of a desk agree, with its interval. */
import { formatCount, formatDecimals, plural } from "@/components/numbers";
import { compute } from "@/lib/computations/compute";

export async function DeskAgreementNote({ deskId, owner }: { deskId: string; owner: string }) {
  const { value, low, high, units, ratings, shared, isSample } = await compute("desk-agreement", deskId, {
    owner,
  });
  if (value === null) {
    return (
      <p className="text-muted">
        {shared === 0
          ? "No image has captions by two people yet."
          : "It takes at least two such images with different words."}
      </p>
    );
  }
  return (
    <div className="grid gap-1.5">
      <p className="numeric">
        Krippendorff’s α of word sets: <strong>{formatDecimals(value, 2)}</strong>
        {low === null || high === null
          ? null
          : ` (95% interval ${formatDecimals(low, 2)} to ${formatDecimals(high, 2)})`}
        , from {plural(ratings, "description", "descriptions")} of {plural(units, "image", "images")}
        {isSample ? `, drawn at random from ${formatCount(shared)}` : ""}.
      </p>
      <p className="max-w-[75ch] text-muted text-sm">
        1: the same words for the same image. 0: no more alike than captions of different images. Two good
        captions of one image rarely use the same words, so values around 0.3 are usual. The interval is over
        images and people.
      </p>
    </div>
  );
}
