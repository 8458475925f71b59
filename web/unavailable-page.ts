/** The page for people while the database is away; it stands alone, because nothing else can be drawn then. */

const words = {
  en: {
    title: "Back in a moment",
    text: "Semblance cannot reach its database right now. This page reloads automatically. No saved data is lost.",
    again: "Reload now",
  },
  de: {
    title: "Gleich wieder da",
    text: "Semblance erreicht gerade seine Datenbank nicht. Diese Seite lädt von selbst neu. Was gespeichert war, ist noch da.",
    again: "Jetzt neu laden",
  },
} as const;

/** @param acceptLanguage the request's header */
export function unavailablePage(acceptLanguage: string | undefined, reloadSeconds: number): string {
  const language = /^\s*de\b/i.test(acceptLanguage ?? "") ? "de" : "en";
  const { title, text, again } = words[language];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${reloadSeconds}">
<title>${title} – Semblance</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center }
main { max-width: 30rem; padding: 1.5rem }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 0.5rem }
a { display: inline-block; padding: 0.625rem 0; color: inherit }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="">${again}</a></p>
</main>
</body>
</html>
`;
}
