/** What captioners read. */
import type { SkipReason } from "@/lib/desks/captioner-requests";

type Problem =
  | "empty"
  | "characters"
  | "long"
  | "same"
  | "reviewed"
  | "captioned"
  | "taken"
  | "closed"
  | "unknown"
  | "busy"
  | "offline"
  | "other";

export type CaptionerStrings = {
  invited: string;
  nameLabel: string;
  nameHelp: string;
  asks: (images: number, captionsEach: number) => string;
  hello: (name: string) => string;
  privacy: string;
  begin: string;
  proving: string;
  joinProblems: Record<"closed" | "full" | "name" | "address" | "browser" | "proof" | "other", string>;
  unknownLink: string;
  unknownLinkText: string;
  unknownPerson: string;
  unknownPersonText: string;
  progress: string;
  position: (handled: number, of: number) => string;
  image: string;
  enlarge: string;
  close: string;
  imageFailed: string;
  reload: string;
  caption: (number: number, of: number) => string;
  captionHelp: string;
  tokens: (count: number, most: number) => string;
  draft: string;
  acceptDraft: string;
  changeDraft: string;
  save: string;
  saveNext: string;
  saving: string;
  saved: string;
  skip: string;
  skipTitle: string;
  skipReasons: Record<SkipReason, string>;
  skipText: string;
  skipSend: string;
  cancel: string;
  mine: (count: number) => string;
  mineTitle: string;
  mineEmpty: string;
  back: string;
  edit: string;
  skipped: string;
  reviewed: string;
  finishedTitle: string;
  finishedText: (done: number) => string;
  more: string;
  moreText: string;
  closedTitle: string;
  closedText: string;
  problems: Record<Problem, string>;
};

export type CaptionProblem = Problem;

const en: CaptionerStrings = {
  invited: "You are invited to describe images",
  nameLabel: "Your name",
  nameHelp: "Or any other name. Only the people who invited you see it.",
  asks: (images, each) =>
    `Your share is about ${images} ${images === 1 ? "image" : "images"}${each > 1 ? `, with ${each} captions each` : ""}. You can stop at any time and go on later in this browser.`,
  hello: (name) => `This link is for ${name}.`,
  privacy:
    "Your captions, your name here and the times are stored. Your network address is stored only as a code from which nobody can recover it.",
  begin: "Begin",
  proving: "Checking your browser …",
  joinProblems: {
    closed: "This captioning desk is closed. Thank you for your interest.",
    full: "All images have been given out. Thank you for your interest.",
    name: "Write your name, or any name, on one line.",
    address: "Too many people have joined from your network. Ask the people who invited you.",
    browser: "This browser has joined twice already. Use another one.",
    proof: "The browser check is missing or has expired. Press Begin again.",
    other: "You could not be let in. Try again in a moment.",
  },
  unknownLink: "This link is not valid.",
  unknownLinkText: "Check that you copied the whole link, or ask for a new one.",
  unknownPerson: "We do not know which images you are captioning.",
  unknownPersonText: "Open the link of your invitation again.",
  progress: "Progress",
  position: (handled, of) => `${handled} of ${of} ${of === 1 ? "image" : "images"}`,
  image: "Image to describe",
  enlarge: "Enlarge the image",
  close: "Close",
  imageFailed: "The image did not load.",
  reload: "Try again",
  caption: (number, of) => (of === 1 ? "Caption" : `Caption ${number} of ${of}`),
  captionHelp: "Enter saves the caption.",
  tokens: (count, most) => `${count} of ${most} tokens`,
  draft: "Suggested by a model, may be wrong",
  acceptDraft: "Use it as it is",
  changeDraft: "Change it",
  save: "Save",
  saveNext: "Save and continue",
  saving: "Saving …",
  saved: "Saved",
  skip: "Skip this image",
  skipTitle: "Why do you skip this image?",
  skipReasons: {
    unclear: "I cannot tell what it shows",
    unsuitable: "It is disturbing or private",
    broken: "It does not appear, or is damaged",
    other: "Another reason",
  },
  skipText: "Your reason",
  skipSend: "Skip",
  cancel: "Cancel",
  mine: (count) => `My captions (${count})`,
  mineTitle: "My captions",
  mineEmpty: "You have not written any captions yet.",
  back: "Back to the images",
  edit: "Edit",
  skipped: "Skipped",
  reviewed: "Reviewed",
  finishedTitle: "Your share is done. Thank you!",
  finishedText: (done) => `You have described ${done} ${done === 1 ? "image" : "images"}.`,
  more: "Describe more images",
  moreText: "Others have left some images. You can take them over.",
  closedTitle: "This captioning desk is closed.",
  closedText: "Your captions have been kept. Thank you!",
  problems: {
    empty: "Write a caption first.",
    characters: "The caption has characters that cannot be shown. Remove them.",
    long: "The caption is too long. Shorten it.",
    same: "You have already written this caption for this image. Write another one.",
    reviewed: "This caption has been reviewed and can no longer be changed.",
    captioned: "This image has a caption of yours. Change it instead.",
    taken: "This image has gone to somebody else meanwhile.",
    closed: "This captioning desk has been closed.",
    unknown: "Your browser is no longer known here. Copy your text and open the link again.",
    busy: "Too many requests. Wait a few seconds and save again.",
    offline: "Not saved: there is no connection. Your text is still here.",
    other: "Not saved. Your text is still here; try again.",
  },
};

const de: CaptionerStrings = {
  invited: "Sie sind eingeladen, Bilder zu beschreiben",
  nameLabel: "Ihr Name",
  nameHelp: "Oder ein anderer Name. Nur wer Sie eingeladen hat, sieht ihn.",
  asks: (images, each) =>
    `Ihr Anteil: etwa ${images} ${images === 1 ? "Bild" : "Bilder"}${each > 1 ? ` mit je ${each} Beschreibungen` : ""}. Sie können jederzeit aufhören und später in diesem Browser weitermachen.`,
  hello: (name) => `Dieser Link ist für ${name}.`,
  privacy:
    "Gespeichert werden Ihre Beschreibungen, Ihr Name hier und die Zeiten. Ihre Netzwerkadresse wird nur als Code gespeichert, der sich nicht zurückrechnen lässt.",
  begin: "Beginnen",
  proving: "Ihr Browser wird geprüft …",
  joinProblems: {
    closed: "Dieser Arbeitstisch ist geschlossen. Vielen Dank für Ihr Interesse.",
    full: "Alle Bilder sind vergeben. Vielen Dank für Ihr Interesse.",
    name: "Schreiben Sie Ihren oder einen anderen Namen in eine Zeile.",
    address: "Aus Ihrem Netzwerk nehmen schon zu viele teil. Fragen Sie die, die Sie eingeladen haben.",
    browser: "Mit diesem Browser nehmen schon zwei Personen teil. Nehmen Sie einen anderen.",
    proof: "Die Prüfung des Browsers fehlt oder ist abgelaufen. Drücken Sie noch einmal auf Beginnen.",
    other: "Der Beginn ist nicht gelungen. Versuchen Sie es gleich noch einmal.",
  },
  unknownLink: "Dieser Link ist ungültig.",
  unknownLinkText: "Prüfen Sie, ob Sie ihn ganz kopiert haben, oder bitten Sie um einen neuen.",
  unknownPerson: "Wir wissen nicht, welche Bilder Sie beschreiben.",
  unknownPersonText: "Öffnen Sie den Link aus Ihrer Einladung noch einmal.",
  progress: "Fortschritt",
  position: (handled, of) => `${handled} von ${of} Bildern`,
  image: "Zu beschreibendes Bild",
  enlarge: "Bild vergrößern",
  close: "Schließen",
  imageFailed: "Das Bild wurde nicht geladen.",
  reload: "Noch einmal versuchen",
  caption: (number, of) => (of === 1 ? "Beschreibung" : `Beschreibung ${number} von ${of}`),
  captionHelp: "Die Eingabetaste speichert.",
  tokens: (count, most) => `${count} von ${most} Tokens`,
  draft: "Vorschlag eines Modells, kann falsch sein",
  acceptDraft: "So übernehmen",
  changeDraft: "Ändern",
  save: "Speichern",
  saveNext: "Speichern und weiter",
  saving: "Wird gespeichert …",
  saved: "Gespeichert",
  skip: "Bild überspringen",
  skipTitle: "Warum überspringen Sie dieses Bild?",
  skipReasons: {
    unclear: "Ich kann nicht erkennen, was es zeigt",
    unsuitable: "Es ist verstörend oder privat",
    broken: "Es erscheint nicht oder ist beschädigt",
    other: "Ein anderer Grund",
  },
  skipText: "Ihr Grund",
  skipSend: "Überspringen",
  cancel: "Abbrechen",
  mine: (count) => `Meine Beschreibungen (${count})`,
  mineTitle: "Meine Beschreibungen",
  mineEmpty: "Sie haben noch nichts geschrieben.",
  back: "Zurück zu den Bildern",
  edit: "Bearbeiten",
  skipped: "Übersprungen",
  reviewed: "Geprüft",
  finishedTitle: "Ihr Anteil ist fertig. Vielen Dank!",
  finishedText: (done) => `Sie haben ${done} ${done === 1 ? "Bild" : "Bilder"} beschrieben.`,
  more: "Weitere Bilder beschreiben",
  moreText: "Andere haben Bilder übrig gelassen. Sie können sie übernehmen.",
  closedTitle: "Dieser Arbeitstisch ist geschlossen.",
  closedText: "Ihre Beschreibungen sind gespeichert. Vielen Dank!",
  problems: {
    empty: "Schreiben Sie zuerst eine Beschreibung.",
    characters: "Die Beschreibung hat Zeichen, die sich nicht anzeigen lassen. Entfernen Sie sie.",
    long: "Die Beschreibung ist zu lang. Kürzen Sie sie.",
    same: "Diese Beschreibung haben Sie für dieses Bild schon geschrieben. Schreiben Sie eine andere.",
    reviewed: "Diese Beschreibung wurde geprüft und lässt sich nicht mehr ändern.",
    captioned: "Dieses Bild haben Sie schon beschrieben. Ändern Sie die Beschreibung.",
    taken: "Dieses Bild hat inzwischen jemand anderes bekommen.",
    closed: "Dieser Arbeitstisch wurde geschlossen.",
    unknown:
      "Ihr Browser ist hier nicht mehr bekannt. Kopieren Sie Ihren Text und öffnen Sie den Link noch einmal.",
    busy: "Zu viele Anfragen. Warten Sie einige Sekunden und speichern Sie noch einmal.",
    offline: "Nicht gespeichert: keine Verbindung. Ihr Text ist noch da.",
    other: "Nicht gespeichert. Ihr Text ist noch da; versuchen Sie es noch einmal.",
  },
};

const languages: Record<string, CaptionerStrings> = { en, de };

/** @param language BCP 47; English for a language that there are no strings for */
export function captionerStrings(language: string): CaptionerStrings {
  return languages[language] ?? en;
}
