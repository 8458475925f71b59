/** Dispatches that do not depend on each other, run as one: the card starts once for all, and waits for none. */
import type { Kernel } from "../graph/kernel";
import type { Dispatch, Target } from "./dispatch";
import { bindingCount, mergeKernels, partsOf } from "./kernels/merged-kernel";
import type { Stored } from "./lowering";
import { bytesOf } from "./memory-plan";

/** How many dispatches one may overtake; its results then live longer. */
const farthest = 12;
/** Results so small may live as long as they like. */
const smallBytes = 2 ** 18;
type Parts = ReturnType<typeof partsOf>;
type Group = { readonly members: Dispatch[]; readonly parts: Parts[] };

/**
 * Goes through dispatches in their order, and adds each to the last one before it that it can run beside: they depend on
 * nothing of each other's, have workgroups of one size, and together take no more buffers and workgroup memory than may be.
 */
export function mergeDispatches(
  dispatches: readonly Dispatch[],
  { mostBuffers, mostRoomBytes }: Pick<Target, "mostBuffers" | "mostRoomBytes">,
  halves: ReadonlySet<Stored>,
): Dispatch[] {
  const groups: Group[] = [];
  const [lastWrite, lastRead] = [new Map<Stored, number>(), new Map<Stored, number>()];
  const known = new Map<string, Parts>();
  const partsOfKernel = (kernel: Kernel) => {
    const parts = known.get(kernel.code) ?? partsOf(kernel);
    known.set(kernel.code, parts);
    return parts;
  };
  for (const dispatch of dispatches) {
    const { kernel, reads, writes } = dispatch;
    const parts = partsOfKernel(kernel);
    const earlier = [
      ...[...reads, ...writes].map((value) => lastWrite.get(value) ?? -1),
      ...writes.map((value) => lastRead.get(value) ?? -1),
    ];
    const bytes = writes.reduce((sum, value) => sum + bytesOf(value, halves), 0);
    const overtakes = bytes <= smallBytes ? groups.length : farthest;
    const first = Math.max(1 + Math.max(-1, ...earlier), groups.length - overtakes);
    const wouldFit = (group: Group) => {
      const all = [...group.parts, parts];
      return (
        all.every(({ threads }) => threads === parts.threads) &&
        all.reduce((sum, { roomBytes }) => sum + roomBytes, 0) <= mostRoomBytes &&
        bindingCount([...group.members, dispatch], all) <= mostBuffers
      );
    };
    let place = groups.length - 1;
    while (place >= first && !wouldFit(groups[place]!)) place -= 1;
    if (place < first) place = groups.push({ members: [], parts: [] }) - 1;
    groups[place]!.members.push(dispatch);
    groups[place]!.parts.push(parts);
    for (const value of reads) lastRead.set(value, Math.max(place, lastRead.get(value) ?? -1));
    for (const value of writes) lastWrite.set(value, place);
  }
  return groups.map(({ members }) => (members.length === 1 ? members[0]! : mergeKernels(members)));
}
