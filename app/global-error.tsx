/** The last resort: the layout itself could not be drawn, so this page brings its own. */
"use client";

export default function GlobalError({ retry }: { retry: () => void }) {
  return (
    <html lang="en">
      <body
        style={{
          fontFamily: "system-ui, sans-serif",
          margin: "4rem auto",
          maxWidth: "34rem",
          padding: "0 1.5rem",
        }}
      >
        <title>Semblance could not be displayed</title>
        <h1>Semblance could not be displayed</h1>
        <p>
          Nothing you saved is lost. If trying again does not help, look at the terminal that runs{" "}
          <code>npm start</code>.
        </p>
        <button type="button" onClick={() => retry()}>
          Try again
        </button>
      </body>
    </html>
  );
}
