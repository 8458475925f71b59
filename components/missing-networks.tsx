/** Says that metrics wait for networks, and where these can be downloaded. */
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import { Notice } from "./notice";
import { Link } from "./page-link";

export function MissingNetworks({ missing }: { missing: MissingWeights }) {
  const count = Object.keys(missing).length;
  if (count === 0) return null;
  return (
    <Notice
      title={`${count} ${count === 1 ? "metric needs a network" : "metrics need networks"} that are not installed.`}
    >
      <Link href="/admin/evaluations/networks" className="prose-link">
        Download networks
      </Link>
    </Notice>
  );
}
