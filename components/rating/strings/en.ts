/** What raters read, in English. Every other language must have the same entries. */
export const en = {
  questions: {} as Record<string, string>,
  left: "Left",
  right: "Right",
  upper: "Upper",
  lower: "Lower",
  equal: "Equally good",
  neither: "Neither fits",
  scale: ["Not at all", "Hardly", "In part", "Mostly", "Completely"],
  picture: (number: number) => `Picture ${number}`,
  leftPicture: "Left picture",
  rightPicture: "Right picture",
  choose: (name: string) => `Choose: ${name}`,
  rankHint: "Tap the pictures from best to worst.",
  bestHint: "Tap the best picture.",
  worstHint: "Now tap the worst one.",
  startOver: "Start over",
  place: (rank: number) => `Place ${rank}`,
  best: "Best",
  worst: "Worst",
  progress: "Progress",
  position: (number: number, of: number) => `${number} of ${of}`,
  trainingPosition: (number: number, of: number) => `Practice ${number} of ${of}`,
  minutesLeft: (minutes: number) => (minutes <= 1 ? "about a minute left" : `about ${minutes} minutes left`),
  offline: "Offline, answers kept",
  undo: "Undo",
  undoing: "You are changing your last answer.",
  keepAnswer: "Keep it",
  pause: "Pause",
  paused: "Paused",
  pausedText: "The clock stands still. Go on whenever you like.",
  goOn: "Go on",
  zoom: "Zoom",
  close: "Close",
  smaller: "Smaller text",
  larger: "Larger text",
  loadFailed: "The pictures did not arrive.",
  tryAgain: "Try again",
  checking: "Checking your answer …",
  rightAnswer: "Right.",
  wrongAnswer: "Not quite.",
  expected: (answer: string) => `We would have said: ${answer}.`,
  markTitle: "What is wrong?",
  markWords: "Tap the words that the picture misses. None is an answer too.",
  markPlaces: "Tap the places in the picture that are wrong.",
  markWhich: "Picture to mark",
  markDone: "Done",
  removeMark: (number: number) => `Remove mark ${number}`,
  markAt: (column: number, row: number) => `Mark column ${column}, row ${row}`,
  waitingTitle: "Waiting for the connection",
  waitingText: (count: number) =>
    `Your last ${count === 1 ? "answer is" : `${count} answers are`} safe on this device and will be sent by themselves. Keep this page open.`,
  thanks: "Thank you",
  thanksText: (count: number) =>
    `You have given ${count} ${count === 1 ? "answer" : "answers"}. All are saved; you can close this page.`,
  nothingOpen: "Nothing to compare just now",
  nothingOpenText:
    "All pairs are answered, or in other people's hands. Come back in a while: some may become free again.",
  closed: "This study is closed",
  closedText: "It takes no more answers. Those that you gave are saved.",
  screenedOut: "Thank you for trying",
  screenedOutText:
    "This study needs other answers than yours, so it ends here for you. Nothing else is asked of you.",
  completionCode: "Your completion code",
  copy: "Copy",
  copied: "Copied",
  back: "Finish and go back",
} as const;

type Widened<Entry> = Entry extends string
  ? string
  : Entry extends readonly string[]
    ? readonly string[]
    : Entry;

/** One language's strings. */
export type RaterStrings = { [Name in keyof typeof en]: Widened<(typeof en)[Name]> };
