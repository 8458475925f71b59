/** Who can take part in a study: the links for raters, what they let in, what they keep out, and what is left to know. */
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { listAddressGroups } from "@/lib/rating/admission/address-groups";
import { listRefusals } from "@/lib/rating/admission/refusals";
import { residualRisk, type StudySize } from "@/lib/rating/admission/residual-risk";
import { signingKey } from "@/lib/rating/admission/signed-ids";
import { type RaterAccess, raterAccess } from "@/lib/studies/design/rater-access";
import type { getStudy } from "@/lib/studies/get-study";
import { AccessForm } from "./access-form";
import { InvitationsPart } from "./invitations-part";
import { OpenLink } from "./open-link";
import { SignedIdsPart } from "./signed-ids-part";

type Study = Awaited<ReturnType<typeof getStudy>>;

const wayTexts: Record<RaterAccess["way"], string> = {
  "open-link":
    "Anyone with the link can take part, on a phone or a computer, without an account, within the limits below.",
  invitations: "Only people with a personal link from you can take part. Each link admits one person.",
  "signed-ids": "Only people whose id your own system has signed can take part.",
};

export async function AccessSection({
  study,
  link,
  invitationsPage,
}: {
  study: Study;
  link: string;
  invitationsPage: number;
}) {
  const access = raterAccess.parse(study.access);
  const size = study.openedAt ? { items: study.regularItemCount, ...sizeOf(study) } : null;
  const isOpen = study.state === "OPEN";
  return (
    <Section
      title="Raters’ access"
      text={wayTexts[access.way]}
      actions={<AccessForm studyId={study.id} access={access} />}
    >
      <div className="grid grid-cols-1 gap-5">
        {access.way === "open-link" && isOpen ? <OpenLink link={link} /> : null}
        {access.way === "invitations" ? (
          <InvitationsPart studyId={study.id} link={link} page={invitationsPage} isOpen={isOpen} />
        ) : null}
        {access.way === "signed-ids" ? (
          <SignedIdsPart studyId={study.id} link={link} signingKey={signingKey(study)} />
        ) : null}
        <ul className="grid gap-1 text-sm text-muted">
          {limitsToLines(access).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <Notice title="What this does not prevent" kind={isFillable(access, size) ? "warning" : "remark"}>
          <ul className="grid gap-1">
            {residualRisk(access, size).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
        {study.openedAt ? <Watch studyId={study.id} /> : null}
      </div>
    </Section>
  );
}

function sizeOf({ ratersPerItem, itemsPerRater }: Study): Omit<StudySize, "items"> {
  return { ratersPerItem, itemsPerRater };
}

/** Whether one person at one address could give more than half of all answers. */
function isFillable(access: RaterAccess, size: StudySize | null): boolean {
  if (access.way !== "open-link") return false;
  if (access.ratersPerAddress === null) return true;
  const each = size ? Math.min(size.itemsPerRater, size.items) : 0;
  return size !== null && 2 * access.ratersPerAddress * each > size.items * size.ratersPerItem;
}

function limitsToLines({ way, ratersPerAddress, ratersPerDevice, minimumSeconds }: RaterAccess): string[] {
  const most = (limit: number | null, of: string) =>
    limit === null ? `No limit per ${of}.` : `At most ${plural(limit, "rater", "raters")} per ${of}.`;
  return [
    ...(way === "open-link" ? [most(ratersPerAddress, "address"), most(ratersPerDevice, "browser")] : []),
    minimumSeconds === 0 ? "No minimum time per item." : `At least ${minimumSeconds} s per item.`,
  ];
}

/** What has happened at the door. */
async function Watch({ studyId }: { studyId: string }) {
  const [refusals, groups] = await Promise.all([listRefusals(studyId), listAddressGroups(studyId)]);
  if (refusals.length === 0 && groups.length === 0) return null;
  return (
    <div className="grid gap-4 text-sm sm:grid-cols-2">
      {refusals.length > 0 ? (
        <div>
          <h3 className="font-semibold">Refused</h3>
          <ul className="mt-1 grid gap-1">
            {refusals.map(({ reason, text, count }) => (
              <li key={reason}>
                <span className="numeric">{count}</span> × {text}
              </li>
            ))}
          </ul>
          {refusals.some(({ reason }) => reason === "address") ? (
            <p className="mt-2 text-muted">
              If your raters share a network, raise the limit. If all of them seem to have one address,
              Semblance may be behind a proxy that it does not know: see SEMBLANCE_TRUSTED_PROXIES.
            </p>
          ) : null}
        </div>
      ) : null}
      {groups.length > 0 ? (
        <div>
          <h3 className="font-semibold">Shared addresses</h3>
          <ul className="mt-1 grid gap-1">
            {groups.map(({ raters, notExcluded, answers }, index) => (
              // Groups have no name of their own.
              <li key={index}>
                {raters} raters share an address; together they gave {plural(answers, "answer", "answers")}.
                {notExcluded < raters ? ` ${raters - notExcluded} are excluded.` : ""}
              </li>
            ))}
          </ul>
          <p className="mt-2 text-muted">
            They may be a household, a class, or one person. Addresses are not stored; who belongs to a group
            is marked in the list of raters.
          </p>
        </div>
      ) : null}
    </div>
  );
}
