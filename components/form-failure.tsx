/** Why a form was rejected, above its buttons. */
import { Notice } from "./notice";

/** `elsewhere`: errors by name of fields that the form does not show. */
export function FormFailure({
  failure,
}: {
  failure: { message: string; remedy?: string; elsewhere?: Record<string, string> } | null;
}) {
  if (!failure) return null;
  return (
    <Notice kind="error" title={failure.message}>
      {failure.elsewhere ? (
        <ul className="list-disc ps-5">
          {Object.entries(failure.elsewhere).map(([name, message]) => (
            <li key={name}>
              <code>{name}</code>: {message}
            </li>
          ))}
        </ul>
      ) : (
        failure.remedy
      )}
    </Notice>
  );
}
