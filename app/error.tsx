/** Something unexpected while a page was drawn. The log has the cause under the number shown. */
"use client";

import { useEffect } from "react";
import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  useEffect(() => {
    console.error(error);
  }, [error]);
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <MessagePage
      mark="500"
      title="This page could not be displayed"
      text={
        <>
          <p>
            Nothing you saved is lost. The database or the disk was probably unavailable for a moment. Try
            again.
          </p>
          {digest ? (
            <p>
              If the problem persists, look for the cause in the server’s log under{" "}
              <code className="font-mono text-ink">{digest}</code>.
            </p>
          ) : null}
        </>
      }
      actions={
        <>
          <button type="button" className={buttonClass("primary")} onClick={() => retry()}>
            Try again
          </button>
          <a href="/" className={buttonClass()}>
            Home
          </a>
        </>
      }
    />
  );
}
