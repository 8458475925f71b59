/** What raters read, in German. */
import type { RaterStrings } from "./en";

export const de: RaterStrings = {
  // A study keeps the wording that it opened with: once it was “picture”.
  questions: {
    "Which image matches the caption better?": "Welches Bild passt besser zum Bildtext?",
    "Which picture matches the caption better?": "Welches Bild passt besser zum Bildtext?",
    "Which image looks more like a real photograph?": "Welches Bild sieht eher wie ein echtes Foto aus?",
    "Which picture looks more like a real photograph?": "Welches Bild sieht eher wie ein echtes Foto aus?",
    "Which image matches the caption better, and by how much?":
      "Welches Bild passt besser zum Bildtext, und wie viel besser?",
    "Which picture matches the caption better, and by how much?":
      "Welches Bild passt besser zum Bildtext, und wie viel besser?",
    "Which image looks more like a real photograph, and by how much?":
      "Welches Bild sieht eher wie ein echtes Foto aus, und wie deutlich?",
    "Which picture looks more like a real photograph, and by how much?":
      "Welches Bild sieht eher wie ein echtes Foto aus, und wie deutlich?",
    "How well does the image match the caption?": "Wie gut passt das Bild zum Bildtext?",
    "How well does the picture match the caption?": "Wie gut passt das Bild zum Bildtext?",
    "How much does the image look like a real photograph?": "Wie sehr ähnelt das Bild einem echten Foto?",
    "How much does the picture look like a real photograph?": "Wie sehr ähnelt das Bild einem echten Foto?",
    "Put the images in order: which matches the caption best?":
      "Ordnen Sie die Bilder: Welches passt am besten zum Bildtext?",
    "Put the pictures in order: which matches the caption best?":
      "Ordnen Sie die Bilder: Welches passt am besten zum Bildtext?",
    "Put the images in order: which looks most like a real photograph?":
      "Ordnen Sie die Bilder: Welches sieht am ehesten wie ein echtes Foto aus?",
    "Put the pictures in order: which looks most like a real photograph?":
      "Ordnen Sie die Bilder: Welches sieht am ehesten wie ein echtes Foto aus?",
    "Which image matches the caption best, and which worst?":
      "Welches Bild passt am besten zum Bildtext und welches am schlechtesten?",
    "Which picture matches the caption best, and which worst?":
      "Welches Bild passt am besten zum Bildtext und welches am schlechtesten?",
    "Which image looks most like a real photograph, and which least?":
      "Welches Bild sieht am ehesten wie ein echtes Foto aus und welches am wenigsten?",
    "Which picture looks most like a real photograph, and which least?":
      "Welches Bild sieht am ehesten wie ein echtes Foto aus und welches am wenigsten?",
  },
  left: "Links",
  right: "Rechts",
  upper: "Oben",
  lower: "Unten",
  answers: {
    pair: { equal: "Beide gleich gut", neither: "Keines passt" },
    "graded-pair": {
      equal: "Beide gleich gut",
      slightly: (side) => `${side} etwas besser`,
      better: (side) => `${side} besser`,
      much: (side) => `${side} viel besser`,
    },
    likert: { scale: ["Gar nicht", "Kaum", "Teilweise", "Weitgehend", "Völlig"] },
    ranking: {
      hint: "Tippen Sie die Bilder der Reihe nach an, vom besten bis zum schlechtesten.",
      isBest: (image) => `${image} ist das beste`,
      place: (rank) => `Platz ${rank}`,
    },
    "best-worst": {
      bestHint: "Tippen Sie das beste Bild an.",
      worstHint: "Tippen Sie jetzt das schlechteste Bild an.",
      best: "Am besten",
      worst: "Am schlechtesten",
      isBest: (image) => `${image} ist das beste`,
    },
  },
  image: (number) => `Bild ${number}`,
  leftImage: "Linkes Bild",
  rightImage: "Rechtes Bild",
  upperImage: "Oberes Bild",
  lowerImage: "Unteres Bild",
  choose: (name) => `Wählen: ${name}`,
  startOver: "Von vorn",
  progress: "Fortschritt",
  position: (number, of) => `${number} von ${of}`,
  trainingPosition: (number, of) => `Übung ${number} von ${of}`,
  minutesLeft: (minutes) => (minutes <= 1 ? "noch etwa eine Minute" : `noch etwa ${minutes} Minuten`),
  minutesLeftShort: (minutes) => `≈ ${minutes} min`,
  offline: "Offline, Antworten bleiben erhalten",
  offlineUnsafe: "Offline, Seite offen lassen",
  undo: "Rückgängig",
  undoing: "Sie ändern Ihre letzte Antwort.",
  changeLast: "Meine letzte Antwort ändern",
  keepAnswer: "So lassen",
  pause: "Pause",
  paused: "Pause",
  pausedText: "Die Zeit ist angehalten. Machen Sie weiter, wann Sie möchten.",
  goOn: "Weiter",
  zoom: "Vergrößern",
  zoomTitle: "Genauer ansehen",
  zoomHint: "Tippen Sie auf das Bild, um es zu vergrößern. Alle Bilder werden gleich vergrößert.",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  zoomTimes: (times) => `${times}-fach`,
  close: "Schließen",
  display: "Anzeige",
  captionSize: "Größe des Bildtexts",
  smaller: "Bildtext kleiner",
  larger: "Bildtext größer",
  colours: "Farben",
  light: "Hell",
  dark: "Dunkel",
  asSystem: "Wie im System",
  highContrast: "Hoher Kontrast",
  language: "Sprache",
  shortcuts: "Tastenkürzel",
  loadFailed: "Die Bilder konnten nicht geladen werden.",
  tryAgain: "Noch einmal versuchen",
  report: "Problem melden",
  reportTitle: "Was stimmt nicht?",
  reportReasons: {
    image: "Ein Bild fehlt oder ist beschädigt",
    caption: "Ich verstehe den Bildtext nicht",
    upsetting: "Der Inhalt ist verstörend",
    other: "Etwas anderes",
  },
  reportText: "Was genau? (freiwillig)",
  skipText:
    "Wenn Sie die Frage überspringen, beantwortet sie jemand anderes. Sie zählt dann nicht als Ihre Antwort.",
  reportAnsweredText: "Ihre Antwort bleibt erhalten.",
  reportAndSkip: "Melden und überspringen",
  reportAndKeep: "Melden und antworten",
  sendReport: "Melden",
  reportFailed: "Die Meldung konnte nicht gesendet werden. Versuchen Sie es gleich noch einmal.",
  checking: "Ihre Antwort wird geprüft …",
  rightAnswer: "Richtig.",
  wrongAnswer: "Nicht ganz.",
  expected: (answer) => `Richtige Antwort: ${answer}.`,
  markTitle: "Was stimmt nicht?",
  markWords: "Tippen Sie die Wörter an, die im Bild fehlen. Wenn keines fehlt, machen Sie einfach weiter.",
  markPlaces: "Tippen Sie die Stellen im Bild an, die nicht stimmen.",
  markWhich: "Bild auswählen",
  markDone: "Fertig",
  removeMark: (number) => `Markierung ${number} entfernen`,
  markAt: (column, row) => `Spalte ${column}, Zeile ${row} markieren`,
  waitingTitle: "Warten auf die Verbindung",
  waitingText: (count) =>
    `Ihre ${count === 1 ? "letzte Antwort ist" : `letzten ${count} Antworten sind`} auf diesem Gerät gespeichert und ${count === 1 ? "wird" : "werden"} automatisch gesendet. Lassen Sie diese Seite offen.`,
  unsafeText: (count) =>
    `Ihre ${count === 1 ? "letzte Antwort ist" : `letzten ${count} Antworten sind`} noch nicht gesendet, und dieser Browser kann sie nicht aufbewahren: Sein Speicher ist voll oder gesperrt. Lassen Sie diese Seite offen, bis die Verbindung wieder da ist.`,
  sending: (count) =>
    count === 1
      ? "Eine Antwort auf diesem Gerät wird gesendet."
      : `${count} Antworten auf diesem Gerät werden gesendet.`,
  sent: (count) =>
    count === 1
      ? "Eine Antwort von diesem Gerät wurde gesendet."
      : `${count} Antworten von diesem Gerät wurden gesendet.`,
  keptTitle: (count) =>
    count === 1 ? "Eine Antwort wurde nicht angenommen" : `${count} Antworten wurden nicht angenommen`,
  keptText: (count) => `${count === 1 ? "Sie ist" : "Sie sind"} noch auf diesem Gerät.`,
  keptReasons: {
    gone: "Inzwischen hatte jemand anderes geantwortet.",
    closed: "Inzwischen war die Studie beendet.",
    conflict: "Sie hatten schon geantwortet, vielleicht auf einem anderen Gerät. Diese Antwort zählt.",
    forbidden:
      "Sie können in dieser Studie nicht weitermachen. Falls Sie wieder zugelassen werden, kann die Antwort gesendet werden.",
    unknown:
      "Dieser Browser ist uns nicht bekannt. Öffnen Sie noch einmal den Link, mit dem Sie eingeladen wurden.",
    other: "Der Server hat die Antwort nicht angenommen.",
  },
  keptAdvice:
    "Wenn Sie für Ihre Antworten bezahlt werden, wenden Sie sich an die Personen, die Sie eingeladen haben, bevor Sie etwas entfernen.",
  sendKept: "Noch einmal senden",
  removeKept: "Von diesem Gerät entfernen",
  thanks: "Vielen Dank",
  thanksText: (count) =>
    `Sie haben ${count} ${count === 1 ? "Antwort" : "Antworten"} gegeben. Alle sind gespeichert; Sie können die Seite schließen.`,
  nothingOpen: "Gerade gibt es nichts zu vergleichen",
  nothingOpenText:
    "Alle Aufgaben sind beantwortet oder gerade bei anderen. Schauen Sie später noch einmal vorbei: Vielleicht wird etwas frei.",
  nothingLeftText: (count) =>
    `Sie haben ${count} ${count === 1 ? "Antwort" : "Antworten"} gegeben; ${count === 1 ? "sie ist" : "alle sind"} gespeichert. Den Rest beantworten gerade andere. Sie können die Seite schließen oder später wiederkommen: Vielleicht wird noch etwas frei.`,
  allAnsweredText: "Andere haben schon alles beantwortet. Danke für Ihr Interesse.",
  closed: "Diese Studie ist beendet",
  closedText: "Sie nimmt keine Antworten mehr an. Ihre Antworten sind gespeichert.",
  closedLateText: "Sie nimmt keine Antworten mehr an. Danke für Ihr Interesse.",
  screenedOut: "Vielen Dank für Ihre Teilnahme",
  screenedOutText:
    "Zu viele Ihrer Übungsantworten waren nicht richtig. Deshalb endet die Studie für Sie an dieser Stelle. Sie müssen nichts weiter tun.",
  excluded: "Sie können in dieser Studie nicht weitermachen",
  excludedText:
    "Ihre bisherigen Antworten bleiben gespeichert. Wenn Sie Fragen haben, wenden Sie sich an die Personen, die Sie eingeladen haben.",
  completionCode: "Ihr Abschlusscode",
  copy: "Kopieren",
  copied: "Kopiert",
  back: "Abschließen und zurück",
  refusals: {
    closed: "Diese Studie wurde beendet, bevor Ihre letzte Antwort ankam.",
    unknown:
      "Dieser Browser wird nicht mehr erkannt. Öffnen Sie noch einmal den Link, mit dem Sie eingeladen wurden: Ihre Antworten bleiben erhalten.",
    gone: "Diese Aufgabe ging an jemand anderen, während Sie weg waren. Machen Sie bitte mit dieser weiter.",
    conflict: "Das haben Sie schon beantwortet. Ihre erste Antwort zählt.",
    forbidden:
      "Sie können in dieser Studie nicht weitermachen. Fragen Sie die Personen, die Sie eingeladen haben.",
    other:
      "Ihre letzte Antwort konnte nicht angenommen werden. Sie bleibt auf diesem Gerät gespeichert. Laden Sie die Seite neu und machen Sie weiter.",
  },
  invited: "Sie sind eingeladen zur Studie",
  pilotTitle: "Dies ist ein Probelauf.",
  pilotText: "Ihre Antworten helfen, die Studie zu testen. Vor dem Start werden sie gelöscht.",
  task: (count) =>
    `Sie sehen Bilder mit Bildtexten und beantworten dazu eine Frage, ${count === 1 ? "einmal" : `höchstens ${count}-mal`}. Wir möchten Ihren ersten ehrlichen Eindruck.`,
  taskMinutes: (minutes) =>
    minutes <= 1
      ? "Die meisten brauchen dafür etwa eine Minute."
      : `Die meisten brauchen dafür etwa ${minutes} Minuten.`,
  privacy:
    "Sie brauchen kein Konto. Wir speichern Ihre Antworten, wie lange jede gedauert hat, die Größe Ihres Bildschirms und ob Sie eine Tastatur oder den Touchscreen benutzt haben. Mit einem Cookie können Sie dort weitermachen, wo Sie aufgehört haben. Um zu bemerken, wenn jemand mehrfach teilnimmt, speichern wir einen aus Ihrer Netzwerkadresse berechneten Code und löschen ihn am Ende der Studie.",
  consentTitle: "Ihre Einwilligung",
  agree: "Ich habe das gelesen und möchte teilnehmen.",
  begin: "Beginnen",
  proving: "Einen Moment: Ihr Browser führt eine kurze Berechnung aus, die Skripte fernhält.",
  otherDevice: "Auf ein anderes Gerät wechseln",
  otherDeviceText:
    "Öffnen Sie auf dem anderen Gerät den Link, mit dem Sie eingeladen wurden, und geben Sie dort innerhalb von 15 Minuten diesen Code ein:",
  otherDeviceFailed: "Gerade ist kein Code verfügbar. Versuchen Sie es gleich noch einmal.",
  codeTitle: "Ich habe schon auf einem anderen Gerät begonnen",
  codeLabel: "Code vom anderen Gerät",
  codeHelp: "Tippen Sie auf jenem Gerät auf Pause und dann auf „Auf ein anderes Gerät wechseln“.",
  codeSubmit: "Hier weitermachen",
  joinProblems: {
    consent: "Diese Studie braucht Ihre Einwilligung, bevor Sie beginnen.",
    proof: "Ihr Browser konnte nicht rechtzeitig geprüft werden. Bitte tippen Sie noch einmal auf Beginnen.",
    code: "Dieser Code ist nicht gültig. Ein Code gilt einmal, 15 Minuten lang. Rufen Sie auf dem anderen Gerät einen neuen ab.",
    other: "Die Anmeldung zur Studie hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
  },
  idProblems: {
    several: (name) => `Dieser Link enthält mehr als eine ${name}.`,
    "too-long": (name) => `Die ${name} in diesem Link ist zu lang.`,
    empty: (name) => `Die ${name} in diesem Link ist leer.`,
    unreadable: (name) => `Die ${name} in diesem Link ist keine Kennung.`,
    preview: () => "Dies ist eine Vorschau der Studie.",
  },
  idAdvice:
    "Wenn Sie jetzt beginnen, kann der Dienst, der Sie geschickt hat, Ihre Teilnahme nicht erkennen, und Sie werden vielleicht nicht bezahlt. Gehen Sie dorthin zurück und öffnen Sie die Studie noch einmal. Erscheint diese Meldung wieder, wenden Sie sich an die Personen, die Sie eingeladen haben, bevor Sie beginnen.",
  acceptFirst:
    "Nehmen Sie zuerst auf der Seite, die Sie geschickt hat, die Aufgabe an. Öffnen Sie die Studie dann von dort.",
  tookPart: "Sie haben an dieser Studie teilgenommen.",
  showMyEnd: "Meine Abschlussseite zeigen",
  problems: {
    unknownLink: {
      title: "Dieser Link gehört zu keiner Studie.",
      text: "Prüfen Sie, ob Sie den ganzen Link kopiert haben, oder bitten Sie um einen neuen.",
    },
    notOpen: { title: "Diese Studie hat noch nicht begonnen.", text: "Kommen Sie später wieder." },
    closed: {
      title: "Diese Studie ist beendet.",
      text: "Sie nimmt keine Antworten mehr an. Danke für Ihr Interesse.",
    },
    excluded: {
      title: "Sie können in dieser Studie nicht weitermachen.",
      text: "Wenn Sie Fragen haben, wenden Sie sich an die Personen, die Sie eingeladen haben.",
    },
    screenedOut: {
      title: "Diese Studie ist für Sie zu Ende.",
      text: "Zu viele Ihrer Übungsantworten waren nicht richtig. Sie müssen nichts weiter tun.",
    },
    address: {
      title: "Aus Ihrem Netzwerk nehmen schon zu viele Personen teil.",
      text: "Bei dieser Studie können über denselben Internetanschluss nur wenige Personen teilnehmen. Nutzen Sie einen anderen, zum Beispiel mobile Daten, oder fragen Sie die Personen, die Sie eingeladen haben.",
    },
    device: {
      title: "Mit diesem Browser nehmen schon zu viele Personen teil.",
      text: "Nutzen Sie ein anderes Gerät, oder fragen Sie die Personen, die Sie eingeladen haben.",
    },
    invitation: {
      title: "An dieser Studie kann man nur mit persönlicher Einladung teilnehmen.",
      text: "Dieser Link enthält keine gültige Einladung. Öffnen Sie den vollständigen Link aus Ihrer Einladung. Wenn Sie schon alles beantwortet haben, müssen Sie nichts weiter tun. Wenn das ein Irrtum ist, wenden Sie sich an die Personen, die Sie eingeladen haben.",
    },
    signature: {
      title: "Dieser Link funktioniert nicht mehr.",
      text: "Er ist unvollständig, wurde verändert oder ist abgelaufen. Gehen Sie dorthin zurück, wo Sie ihn gefunden haben, und öffnen Sie ihn dort noch einmal. Wenn Sie schon alles beantwortet haben, müssen Sie nichts weiter tun.",
    },
    idInUse: {
      title: "Mit Ihrer Kennung hat schon jemand begonnen.",
      text: "Wenn Sie das waren, machen Sie in dem Browser weiter, in dem Sie begonnen haben, oder rufen Sie dort einen Code ab und geben Sie ihn hier ein. Wenn Sie es nicht waren oder jenes Gerät nicht mehr haben, wenden Sie sich an die Personen, die Sie eingeladen haben: Sie können Sie zulassen.",
    },
    unknownRater: {
      title: "Wir wissen nicht, an welcher Studie Sie teilnehmen.",
      text: "Öffnen Sie noch einmal den Link, mit dem Sie eingeladen wurden.",
    },
    away: {
      title: "Semblance ist gerade nicht erreichbar.",
      text: "Diese Seite versucht es von selbst noch einmal. Was gespeichert war, ist noch da.",
    },
    other: {
      title: "Diese Seite konnte nicht angezeigt werden.",
      text: "Bitte laden Sie sie gleich noch einmal.",
    },
  },
};
