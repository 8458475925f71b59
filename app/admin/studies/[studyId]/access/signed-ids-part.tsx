/** For a study that takes signed ids: the form of a link, the key, and another key in its place. */
import { ActionButton } from "@/components/action-button";
import { CommandLine } from "@/components/command-line";
import { renewSigningKeyAction } from "../../actions";

export function SignedIdsPart({
  studyId,
  link,
  signingKey,
}: {
  studyId: string;
  link: string;
  signingKey: string;
}) {
  return (
    <div className="grid gap-3 text-sm">
      <p className="text-muted">
        Give every person a link with their id and its signature: HMAC-SHA256 of the id under the key below,
        in hex. The documentation on recruiting raters has it in a few lines of shell, Python and JavaScript,
        and with an expiry. Prolific, Mechanical Turk, CloudResearch and Sona cannot sign ids.
      </p>
      <CommandLine command={`${link}?participant_id=ID&signature=SIGNATURE`} />
      <details>
        <summary className="w-fit rounded-sm font-medium">Key for signing</summary>
        <div className="mt-2 grid gap-3">
          <p className="text-muted">
            Anybody who has it can admit anyone. Keep it on your server, out of web pages.
          </p>
          <CommandLine command={signingKey} />
          <div>
            <ActionButton
              label="Renew the key"
              size="sm"
              act={renewSigningKeyAction.bind(null, studyId)}
              done="The key is renewed."
              confirm={{
                title: "Renew the key?",
                text: "Links that were signed with the present key stop working. Raters who have begun can continue in their browsers.",
              }}
            />
          </div>
        </div>
      </details>
    </div>
  );
}
