/** Which images of an evaluation form a cluster: those of one caption, and of captions of one photograph. */
import type { Clusters } from "./intervals";

/** By the images' places in the lists given; a number of both lists means that they are of one caption. */
export type CaptionClusters = { readonly real: Clusters; readonly generated: Clusters };

/**
 * Generated images of equal captions are one cluster, captions of one photograph are too, and the photograph itself is
 * in it if it is among the real images. An image without a known caption is a cluster of its own.
 */
export function clusterByCaption({
  real,
  generated,
}: {
  readonly real: readonly { readonly id: string }[];
  readonly generated: readonly { readonly caption: string | null; readonly realId?: string | null }[];
}): CaptionClusters {
  const parents: number[] = [];
  const add = () => parents.push(parents.length) - 1;
  const rootOf = (node: number) => {
    let root = node;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  const nodes = new Map<string, number>();
  const nodeOf = (key: string) => {
    const node = nodes.get(key) ?? add();
    nodes.set(key, node);
    return node;
  };
  const realNodes = real.map(({ id }) => nodeOf(`photograph ${id}`));
  const generatedNodes = generated.map(({ caption, realId }) => {
    const text = caption?.trim();
    const known = [...(text ? [`caption ${text}`] : []), ...(realId ? [`photograph ${realId}`] : [])].map(
      nodeOf,
    );
    const node = known[0] ?? add();
    if (known.length > 1) parents[rootOf(known[1]!)] = rootOf(node);
    return node;
  });
  const numbers = new Map<number, number>();
  const number = (node: number) => {
    const root = rootOf(node);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root)!;
  };
  return { real: Int32Array.from(realNodes, number), generated: Int32Array.from(generatedNodes, number) };
}
