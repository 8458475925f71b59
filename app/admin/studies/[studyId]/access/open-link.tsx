/** The study's link as text and as a QR code, and how recruiting services add their ids to it. */
import { CommandLine } from "@/components/command-line";
import { QrCode } from "@/components/qr-code";

export function OpenLink({ link }: { link: string }) {
  return (
    <div>
      <div className="flex flex-wrap items-start gap-4">
        <QrCode
          text={link}
          label={`QR code of the link for raters, ${link}`}
          className="size-40 shrink-0 rounded-sm border print:size-64"
        />
        <div className="min-w-0 grow basis-64">
          <CommandLine command={link} />
          <p className="mt-2 text-sm text-muted">
            Scan the code with a phone’s camera to open the link. It is included when you print this page.
          </p>
        </div>
      </div>
      <details className="mt-3 text-sm">
        <summary className="w-fit rounded-sm font-medium">
          With participant ids from Prolific and other services
        </summary>
        <div className="mt-2 grid grid-cols-1 gap-2">
          <p className="text-muted">
            Enter this as the study URL there. The ids are stored with the answers. Nobody can take over an id
            that has begun: another device needs a code from the first one, or that you release the id in the
            list of raters.
          </p>
          <CommandLine
            command={`${link}?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}`}
          />
          <p className="text-muted">
            Mechanical Turk, CloudResearch Connect and Sona Systems are also supported; for Sona, end the URL
            with ?id=%SURVEY_CODE%. For any other service, put the participant’s id after ?participant_id=
          </p>
        </div>
      </details>
    </div>
  );
}
