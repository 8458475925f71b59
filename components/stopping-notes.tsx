/** How a study ended and when it was looked at, if that affects its intervals. */
import { type Stopping, stoppingNotes } from "@/lib/studies/stopping/stopping";
import { Notice } from "./notice";

export function StoppingNotes({ of }: { of: Stopping }) {
  const [first, ...others] = stoppingNotes(of);
  if (first === undefined) return null;
  return (
    <div className="mt-4 mb-6">
      <Notice
        title={
          others.length === 0 ? (
            first
          ) : (
            <details>
              <summary className="cursor-pointer rounded-sm">{first}</summary>
              <p className="mt-1 font-normal text-muted">{others.join(" ")}</p>
            </details>
          )
        }
      />
    </div>
  );
}
