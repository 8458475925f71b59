/** The limits of an open link: the numbers of raters per address and per browser. */
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import type { RaterAccess } from "@/lib/studies/design/rater-access";
import { refusal } from "./refusals";
import type { VisitorKeys } from "./visitor-keys";

/**
 * Within the transaction that then makes the rater: who joins from the same place at the same time waits, and is counted.
 *
 * @throws SemblanceError of the refusal "address" or "device"
 */
export async function limitRaters(
  transaction: SqlRunner,
  studyId: string,
  { ratersPerAddress, ratersPerDevice }: Pick<RaterAccess, "ratersPerAddress" | "ratersPerDevice">,
  { addressKey, deviceKey }: VisitorKeys,
): Promise<void> {
  // Always in this order, so that two visitors never wait for each other.
  for (const key of [addressKey, deviceKey]) {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${studyId + key}, 0))`;
  }
  const [before] = await transaction.$queryRaw<{ address: number; device: number }[]>`
    SELECT count(*) FILTER (WHERE "addressKey" = ${addressKey})::int AS address,
           count(*) FILTER (WHERE "deviceKey" = ${deviceKey})::int AS device
    FROM "Rater" WHERE "studyId" = ${studyId}::uuid AND ("addressKey" = ${addressKey} OR "deviceKey" = ${deviceKey})`;
  if (ratersPerDevice !== null && before!.device >= ratersPerDevice) throw refusal("device");
  if (ratersPerAddress !== null && before!.address >= ratersPerAddress) throw refusal("address");
}
