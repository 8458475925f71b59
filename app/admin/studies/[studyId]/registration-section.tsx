/** What was planned: the registration as a text, and an authority's timestamp of it. */
import { Download } from "lucide-react";
import { ButtonAnchor } from "@/components/button";
import { DescriptionList } from "@/components/description-list";
import { Notice } from "@/components/notice";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { type AttachedTimestamp, getRegistration } from "@/lib/studies/registration/get-registration";
import { AttachTimestamp } from "./attach-timestamp";

export async function RegistrationSection({
  study,
}: {
  study: { id: string; planHash: string | null; registrationText: string | null };
}) {
  if (study.planHash !== null && study.registrationText === null) return null;
  const { text, sha256, isFixed, timestamp } = await getRegistration(study.id);
  const file = (name: string) => `/api/studies/${study.id}/${name}`;
  const icon = <Download className="size-4" aria-hidden="true" />;
  return (
    <Section
      id="registration"
      title="Registration"
      text={
        isFixed
          ? "The plan as fixed when the study opened. The plan hash covers it."
          : "What is planned. The text changes with the design until the study opens; it is then fixed and hashed."
      }
    >
      <Panel>
        <details>
          <summary className="w-fit rounded-sm text-sm font-medium">Show text</summary>
          <pre className="mt-3 font-sans text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
        </details>
        <div className="mt-4 flex flex-wrap gap-2.5">
          <ButtonAnchor href={file("registration.txt")} download icon={icon}>
            Text for OSF or AsPredicted
          </ButtonAnchor>
          <ButtonAnchor href={file("registration.tsq")} download icon={icon}>
            Timestamp request
          </ButtonAnchor>
          <AttachTimestamp studyId={study.id} />
        </div>
        <div className="mt-5 grid gap-4">
          {timestamp?.fault ? (
            <Notice kind="warning" title="The attached timestamp belongs to a different text.">
              {timestamp.fault}
            </Notice>
          ) : null}
          <DescriptionList
            items={[
              { name: "SHA-256 of the text", value: <code className="text-xs">{sha256}</code> },
              {
                name: "Timestamp",
                value: timestamp?.timestamp ? (
                  <TimestampText attached={timestamp} file={file("registration.tsr")} />
                ) : (
                  "none. Send the request to a timestamping authority (RFC 3161) and attach its reply."
                ),
              },
            ]}
          />
        </div>
      </Panel>
    </Section>
  );
}

function TimestampText({
  attached: { timestamp, answersBefore },
  file,
}: {
  attached: Extract<AttachedTimestamp, { fault: null }>;
  file: string;
}) {
  const { at, authority, issuer, isSignatureChecked } = timestamp;
  const answers =
    answersBefore === 0
      ? "before the first answer"
      : `after ${answersBefore === 1 ? "1 answer" : `${answersBefore} answers`}`;
  return (
    <div className="grid gap-1">
      <p>
        <Time at={at.toISOString()} />, {answers}, by {authority ?? "an unnamed authority"}
        {issuer && issuer !== authority ? `, whose certificate was issued by ${issuer}` : ""}.
      </p>
      <p className="text-muted">
        {isSignatureChecked
          ? "The signature matches the certificate in the reply. Semblance does not check whether its issuer can be trusted."
          : "The reply contains no certificate, so its signature was not checked. The request asks for one."}{" "}
        <a className="prose-link" href={file} download>
          Reply file
        </a>
      </p>
    </div>
  );
}
