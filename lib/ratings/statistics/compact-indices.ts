/** Renumbering of indices, so that arrays over them have no gaps. */

/** Arbitrary indices renumbered 0 … count - 1 in order of appearance, and the count. */
export function compactIndices(indices: ArrayLike<number>): [Int32Array, number] {
  const compactBy = new Map<number, number>();
  const compact = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const key = indices[i]!;
    let index = compactBy.get(key);
    if (index === undefined) {
      index = compactBy.size;
      compactBy.set(key, index);
    }
    compact[i] = index;
  }
  return [compact, compactBy.size];
}
