/** What each step of the demo's CLIP learns from: images moved a little, and captions written again. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import type { DemoClipVocabulary } from "@/lib/metrics/extractors/demo-clip-vocabulary";
import { Random } from "@/lib/numerics/random";
import { type Attributes, chance } from "../world/attributes";
import type { WorldImage } from "../world/image-sets";
import { attributeChoices, type ClipRecipe } from "./clip-recipe";
import { alsoTrue, WorldPairs } from "./world-pairs";

const HIDDEN_WORDS_STREAM = 2 ** 32;

const attributeNames = Object.keys(attributeChoices) as (keyof Attributes)[];

export class ClipBatches {
  private readonly pairs: WorldPairs;
  private readonly vocabulary: DemoClipVocabulary;
  private readonly recipe: ClipRecipe;

  private constructor(pairs: WorldPairs, vocabulary: DemoClipVocabulary, recipe: ClipRecipe) {
    this.pairs = pairs;
    this.vocabulary = vocabulary;
    this.recipe = recipe;
  }

  static async open(
    files: readonly { readonly path: string; readonly image: WorldImage }[],
    { vocabulary, recipe }: { readonly vocabulary: DemoClipVocabulary; readonly recipe: ClipRecipe },
  ): Promise<ClipBatches> {
    return new ClipBatches(await WorldPairs.open(files, recipe), vocabulary, recipe);
  }

  /** The inputs of step `step` (from 0): a function of the seed and the step alone, so that a run can be continued. */
  batch(step: number): Record<string, TensorData> {
    const { seed, hiddenWords } = this.recipe;
    const { images, captions, shown } = this.pairs.pairs(step);
    const { words, mask } = this.vocabulary.encode(captions.map(({ text }) => text));
    const random = new Random(seed, HIDDEN_WORDS_STREAM + step);
    for (let at = 0; at < words.length; at++) if (chance(random, hiddenWords)) words[at] = 0n;
    return {
      images,
      words,
      mask,
      also_true: alsoTrue(captions, shown),
      shown: Float32Array.from(shown.flatMap(answersOf)),
    };
  }
}

/** One number per answer of every attribute: 1 for the one that is so. */
function answersOf(attributes: Attributes): number[] {
  return attributeNames.flatMap((name) =>
    attributeChoices[name].map((choice) => Number(choice === attributes[name])),
  );
}
