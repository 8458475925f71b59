/** Which rater somebody is who comes by a study's link, and whether what they bring along proves it. */
import type { Prisma } from "@/lib/generated/prisma/client";
import type { RaterAccess } from "@/lib/studies/design/rater-access";
import { hashDeviceCode } from "../admission/device-code";
import { hashInvitation } from "../admission/invitations";
import type { RefusalReason } from "../admission/refusals";
import { isReleased } from "../admission/release-id";
import { isSigned } from "../admission/signed-ids";
import { hashRaterToken } from "./rater-token";

/** What a person brings along. */
export type JoiningPerson = {
  /** The cookie's token of an earlier visit. */
  token?: string | undefined;
  /** Their account. */
  userId?: string | undefined;
  /** Ids of person, study and session at the service that sent them. */
  externalId?: string | undefined;
  externalStudyId?: string | undefined;
  externalSessionId?: string | undefined;
  /** What proves the id, see `SignedId`. */
  signature?: string | undefined;
  expires?: string | undefined;
  /** The secret of a personal invitation. */
  invitation?: string | undefined;
  /** From the device that they began on, see device-code.ts. */
  deviceCode?: string | undefined;
};

/** The study that they come to. */
export type JoinedStudy = { studyId: string; access: RaterAccess; signedIdsVersion: number };

const withSession = (person: JoiningPerson) =>
  ({ sessions: { where: { tokenHash: person.token ? hashRaterToken(person.token) : "" } } }) as const;

type Known = Prisma.RaterGetPayload<{ include: ReturnType<typeof withSession> }>;

export type Visitor = {
  /** Every rater that anything of theirs names, proven or not. */
  known: Known[];
  /** Who they are, proven by what they bring; null for somebody new. */
  returning: Known | null;
  /** The personal invitation of somebody new. */
  invitationId: string | null;
  /** The id of somebody new, or of whom they are, that the study goes by. */
  externalId: string | undefined;
  /** Why they may not continue; a known visitor can still be admitted by another proof. */
  refused: RefusalReason | null;
};

/**
 * A cookie, an account, a code from another device, a personal invitation and a signed id prove who somebody is. An id in a
 * link only names a person: anybody can write it there. It makes a new rater once; from then on its rater is known by
 * something that proves it, or released by a researcher.
 *
 * What a link carries goes before an account, and both before a cookie: two people may share a browser, and one person may
 * come with another one or with none. The links of those who have finished lead nowhere but on their own devices.
 */
export async function identifyVisitor(
  database: Prisma.TransactionClient,
  { studyId, access, signedIdsVersion }: JoinedStudy,
  person: JoiningPerson,
): Promise<Visitor> {
  const isProven = isSigned({ id: studyId, signedIdsVersion }, person);
  // Where ids have to be signed, others are nothing; and an invitation says who somebody is without them.
  const externalId =
    access.way === "open-link" || (access.way === "signed-ids" && isProven) ? person.externalId : undefined;
  const invitation =
    access.way === "invitations" && person.invitation
      ? await database.invitation.findUnique({
          where: { tokenHash: hashInvitation(person.invitation), studyId, revokedAt: null },
        })
      : null;
  const session = person.token
    ? await database.raterSession.findUnique({ where: { tokenHash: hashRaterToken(person.token) } })
    : null;
  const codeHash = person.deviceCode ? hashDeviceCode(person.deviceCode) : null;
  // Each by an index of its own: one that needs another table would have all raters of the study read.
  const ways: Prisma.RaterWhereInput[] = [
    ...(session ? [{ id: session.raterId }] : []),
    ...(person.userId ? [{ userId: person.userId }] : []),
    ...(externalId ? [{ externalId }] : []),
    ...(invitation?.raterId ? [{ id: invitation.raterId }] : []),
    ...(codeHash ? [{ deviceCodeHash: codeHash }] : []),
  ];
  const known = await database.rater.findMany({
    where: { studyId, OR: ways },
    include: withSession(person),
    orderBy: { createdAt: "asc" },
  });
  const visitor = { known, invitationId: null, externalId };
  const is = (rater: Known): Visitor => ({ ...visitor, returning: rater, refused: null });
  const isNew: Visitor = { ...visitor, returning: null, refused: null };
  const refused = (reason: RefusalReason): Visitor => ({ ...isNew, refused: reason });

  const isHere = (rater: Known) =>
    rater.sessions.length > 0 || (person.userId !== undefined && rater.userId === person.userId);
  const mayContinue = (rater: Known) => isHere(rater) || rater.finishedAt === null;
  const isAnother = (rater: Known) =>
    Boolean(
      (externalId && rater.externalId && rater.externalId !== externalId) ||
        (person.userId && rater.userId && rater.userId !== person.userId),
    );
  /** By account or cookie. */
  const here =
    known.find((rater) => person.userId && rater.userId === person.userId && !isAnother(rater)) ??
    known.find((rater) => rater.sessions.length > 0 && !isAnother(rater));

  if (codeHash) {
    const coded = known.find((rater) => rater.deviceCodeHash === codeHash);
    return coded?.deviceCodeExpiresAt && coded.deviceCodeExpiresAt > new Date() ? is(coded) : refused("code");
  }
  if (invitation) {
    const invited = known.find((rater) => rater.id === invitation.raterId);
    if (!invited) return { ...isNew, invitationId: invitation.id };
    return mayContinue(invited) ? is(invited) : refused("invitation");
  }
  const named = externalId ? known.find((rater) => rater.externalId === externalId) : undefined;
  if (named && access.way === "signed-ids") return mayContinue(named) ? is(named) : refused("signature");
  if (named) return isHere(named) || isReleased(named) ? is(named) : refused("id-in-use");
  if (here) return is(here);
  if (person.userId || access.way === "open-link") return isNew;
  if (access.way === "signed-ids") return externalId ? isNew : refused("signature");
  return refused("invitation");
}
