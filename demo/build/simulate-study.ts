/** The simulated votes of a planned study, from what is counted in its arms' images. */
import type { AttributeReader } from "../fidelity/attribute-reader";
import type { DemoPack, PackedSet } from "../install/pack";
import type { SimulatedVote } from "../install/record-votes";
import { captionOf } from "./draw-samples";
import { countFirstImages } from "./measure-sets";
import { simulateVotes } from "./simulate-votes";

/** Seed of the simulated votes. */
const votesSeed = 5;

export async function simulateStudy(
  study: Omit<DemoPack["studies"][number], "votes">,
  sampleSets: readonly Pick<PackedSet, "key" | "captions" | "settings" | "folder" | "upsampler">[],
  { folder, reader }: { folder: string; reader: AttributeReader },
): Promise<SimulatedVote[]> {
  const { captions, ratersPerItem, itemsPerRater } = study;
  return simulateVotes({
    captions: Array.from({ length: captions }, (_, index) => captionOf(index)),
    arms: await Promise.all(
      study.arms.map(async ({ name, sampleSet }) => {
        const set = sampleSets.find(({ key }) => key === sampleSet);
        return {
          name,
          isReal: set === undefined,
          images: set
            ? await countFirstImages(reader, set, { folder, captions })
            : Array.from({ length: captions }, () => ({ furRight: true, settingRight: true })),
        };
      }),
    ),
    ratersPerItem,
    itemsPerRater,
    seed: votesSeed,
  });
}
