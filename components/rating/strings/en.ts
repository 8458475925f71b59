/** What raters read, in English. Every other language must have the same entries. */
import type { AnswerStrings } from "@/lib/questions/registry";

export const en = {
  questions: {} as Record<string, string>,
  left: "Left",
  right: "Right",
  upper: "Upper",
  lower: "Lower",
  /** What the answers to each type of question are called. */
  answers: {
    pair: { equal: "Equally good", neither: "Neither fits" },
    "graded-pair": {
      equal: "Equally good",
      slightly: (side: string) => `${side} slightly better`,
      better: (side: string) => `${side} better`,
      much: (side: string) => `${side} much better`,
    },
    likert: { scale: ["Not at all", "Hardly", "Partly", "Mostly", "Completely"] },
    ranking: {
      hint: "Tap the images from best to worst.",
      isBest: (image: string) => `${image} is best`,
      place: (rank: number) => `Place ${rank}`,
    },
    "best-worst": {
      bestHint: "Tap the best image.",
      worstHint: "Now tap the worst one.",
      best: "Best",
      worst: "Worst",
      isBest: (image: string) => `${image} is best`,
    },
  } satisfies AnswerStrings,
  image: (number: number) => `Image ${number}`,
  leftImage: "Left image",
  rightImage: "Right image",
  upperImage: "Upper image",
  lowerImage: "Lower image",
  choose: (name: string) => `Choose: ${name}`,
  startOver: "Start over",
  progress: "Progress",
  position: (number: number, of: number) => `${number} of ${of}`,
  trainingPosition: (number: number, of: number) => `Practice ${number} of ${of}`,
  minutesLeft: (minutes: number) => (minutes <= 1 ? "about a minute left" : `about ${minutes} minutes left`),
  minutesLeftShort: (minutes: number) => `≈ ${minutes} min`,
  offline: "Offline, answers kept",
  offlineUnsafe: "Offline, keep this page open",
  undo: "Undo",
  undoing: "You are changing your last answer.",
  changeLast: "Change my last answer",
  keepAnswer: "Keep it",
  pause: "Pause",
  paused: "Paused",
  pausedText: "The clock is stopped. Continue whenever you like.",
  goOn: "Continue",
  zoom: "Zoom",
  zoomTitle: "Look closer",
  zoomHint: "Tap an image to enlarge it. All images are enlarged equally.",
  zoomIn: "Enlarge",
  zoomOut: "Reduce",
  zoomTimes: (times: number) => `${times} times`,
  close: "Close",
  display: "Display",
  captionSize: "Caption size",
  smaller: "Smaller caption",
  larger: "Larger caption",
  colours: "Colours",
  light: "Light",
  dark: "Dark",
  asSystem: "Same as system",
  highContrast: "High contrast",
  language: "Language",
  shortcuts: "Single-key shortcuts",
  loadFailed: "The images could not be loaded.",
  tryAgain: "Try again",
  report: "Report a problem",
  reportTitle: "What is wrong?",
  reportReasons: {
    image: "An image is missing or broken",
    caption: "I cannot understand the caption",
    upsetting: "The content is upsetting",
    other: "Something else",
  },
  reportText: "What is it? (optional)",
  skipText: "If you skip it, it goes to somebody else and does not count as your answer.",
  reportAnsweredText: "Your answer is kept.",
  reportAndSkip: "Report and skip",
  reportAndKeep: "Report and answer it",
  sendReport: "Send report",
  reportFailed: "Your report could not be sent. Try again in a moment.",
  checking: "Checking your answer …",
  rightAnswer: "Correct.",
  wrongAnswer: "Not quite.",
  expected: (answer: string) => `Correct answer: ${answer}.`,
  markTitle: "What is wrong?",
  markWords: "Tap the words that are missing from the image. If none are missing, just continue.",
  markPlaces: "Tap the places in the image that look wrong.",
  markWhich: "Image to mark",
  markDone: "Done",
  removeMark: (number: number) => `Remove mark ${number}`,
  markAt: (column: number, row: number) => `Mark column ${column}, row ${row}`,
  waitingTitle: "Waiting for the connection",
  waitingText: (count: number) =>
    `Your last ${count === 1 ? "answer is" : `${count} answers are`} safe on this device and will be sent automatically. Keep this page open.`,
  unsafeText: (count: number) =>
    `Your last ${count === 1 ? "answer has" : `${count} answers have`} not been sent, and this browser cannot keep ${count === 1 ? "it" : "them"}: its storage is full or blocked. Keep this page open until the connection is back.`,
  sending: (count: number) =>
    count === 1
      ? "One answer on this device is being sent."
      : `${count} answers on this device are being sent.`,
  sent: (count: number) =>
    count === 1
      ? "One answer from this device has been sent."
      : `${count} answers from this device have been sent.`,
  keptTitle: (count: number) =>
    count === 1 ? "One answer was not accepted" : `${count} answers were not accepted`,
  keptText: (count: number) => `${count === 1 ? "It is" : "They are"} still on this device.`,
  keptReasons: {
    gone: "Somebody else had already answered.",
    closed: "The study had already closed.",
    conflict: "You had already answered, perhaps on another device. That answer counts.",
    forbidden: "You cannot continue in this study. If you are readmitted, the answer can be sent.",
    unknown: "This browser is not recognised. Open the study’s invite link again.",
    other: "The server did not accept it.",
  },
  keptAdvice:
    "If you are paid for your answers, contact the people who invited you before you remove anything.",
  sendKept: "Send again",
  removeKept: "Remove from this device",
  thanks: "Thank you",
  thanksText: (count: number) =>
    `You have given ${count} ${count === 1 ? "answer" : "answers"}. All are saved; you can close this page.`,
  nothingOpen: "Nothing to compare right now",
  nothingOpenText:
    "All items have been answered, or other people are answering them. Come back later: some may become available again.",
  nothingLeftText: (count: number) =>
    `You have given ${count} ${count === 1 ? "answer" : "answers"}, and all are saved. Other people are answering the rest right now. You can close this page, or come back later: some items may become available.`,
  allAnsweredText: "Everything has already been answered. Thank you for your interest.",
  closed: "This study is closed",
  closedText: "It no longer accepts answers. Your answers are saved.",
  closedLateText: "It no longer accepts answers. Thank you for your interest.",
  screenedOut: "Thank you for taking part",
  screenedOutText:
    "Too many of your practice answers were not the correct ones, so the study ends here for you. You do not need to do anything else.",
  excluded: "You cannot continue in this study",
  excludedText: "Your answers are kept. If you have any questions, ask the people who invited you.",
  completionCode: "Your completion code",
  copy: "Copy",
  copied: "Copied",
  back: "Finish and go back",
  refusals: {
    closed: "This study had closed before your last answer arrived.",
    unknown:
      "This browser is no longer recognised. Open the study’s invite link again: your answers are kept.",
    gone: "That item went to somebody else while you were away. Please continue with this one.",
    conflict: "You have already answered that one. Your first answer counts.",
    forbidden: "You cannot continue in this study. Ask the people who invited you.",
    other: "Your last answer was not accepted. It is kept on this device. Reload the page and continue.",
  },
  invited: "You are invited to take part in",
  pilotTitle: "This is a trial.",
  pilotText: "Your answers help to test the study. They are deleted before it starts.",
  task: (count: number) =>
    `You will see captions with images and answer a question about them, up to ${count} ${count === 1 ? "time" : "times"}. We want your first honest impression.`,
  taskMinutes: (minutes: number) =>
    minutes <= 1 ? "Most people take about a minute." : `Most people take about ${minutes} minutes.`,
  privacy:
    "You do not need an account. We store your answers, how long each took, the size of your screen and whether you used a keyboard or touch. A cookie lets you continue where you stopped. To notice when one person takes part many times, we keep a code made from your network address, and delete it when the study ends.",
  consentTitle: "Your consent",
  agree: "I have read this and agree to take part.",
  begin: "Begin",
  proving: "One moment: your browser is doing a short calculation that keeps scripts out.",
  otherDevice: "Switch to another device",
  otherDeviceText:
    "On the other device, open the link you were invited with and enter this code within 15 minutes:",
  otherDeviceFailed: "There is no code just now. Try again in a moment.",
  codeTitle: "I have already begun on another device",
  codeLabel: "Code from the other device",
  codeHelp: "On that device, press Pause, then “Switch to another device”.",
  codeSubmit: "Continue here",
  joinProblems: {
    consent: "This study needs your consent before you begin.",
    proof: "Your browser could not be checked in time. Please press Begin again.",
    code: "This code is not valid. A code works once, within 15 minutes. Get a new one on the other device.",
    other: "You could not join. Please try again.",
  },
  /** What is wrong with an id of a recruiting service, by the name that the link has for it. */
  idProblems: {
    several: (name: string) => `This link has more than one ${name}.`,
    "too-long": (name: string) => `The ${name} in this link is too long.`,
    empty: (name: string) => `The ${name} in this link is empty.`,
    unreadable: (name: string) => `The ${name} in this link is not an id.`,
    preview: (_name: string) => "This is a preview of the study.",
  },
  idAdvice:
    "If you begin now, the service that sent you cannot see that you took part, and you may not be paid. Go back there and open the study again. If you see this message again, contact the people who invited you before you begin.",
  acceptFirst: "Accept the task first, on the page that sent you. Then open the study from there.",
  tookPart: "You have taken part in this study.",
  showMyEnd: "Show my final page",
  /** What is the matter with a page that shows nothing else, and what to do about it. */
  problems: {
    unknownLink: {
      title: "This link does not belong to any study.",
      text: "Check that you copied the whole link, or ask for a new one.",
    },
    notOpen: { title: "This study has not opened yet.", text: "Come back later." },
    closed: {
      title: "This study is closed.",
      text: "It no longer accepts answers. Thank you for your interest.",
    },
    excluded: {
      title: "You cannot continue in this study.",
      text: "If you have any questions, ask the people who invited you.",
    },
    screenedOut: {
      title: "This study has ended for you.",
      text: "Too many of your practice answers were not the correct ones. You do not need to do anything else.",
    },
    address: {
      title: "Too many people have joined from your network.",
      text: "This study lets only a few people join over the same internet connection. Use another one, such as mobile data, or ask the people who invited you.",
    },
    device: {
      title: "Too many people have joined from this browser.",
      text: "Use another device, or ask the people who invited you.",
    },
    invitation: {
      title: "This study is by personal invitation.",
      text: "This link does not contain an invitation that is still valid. Open the complete link from your invitation. If you have answered everything already, there is nothing more to do. If you think this is a mistake, ask the people who invited you.",
    },
    signature: {
      title: "This link does not work any more.",
      text: "It is incomplete, was changed, or has expired. Go back to where you found it and open it again from there. If you have answered everything already, there is nothing more to do.",
    },
    idInUse: {
      title: "Somebody has already begun with your id.",
      text: "If it was you, continue in the browser that you began in, or get a code there and enter it here. If it was not you, or that device is no longer there, ask the people who invited you: they can let you in.",
    },
    unknownRater: {
      title: "We do not know which study you are taking part in.",
      text: "Open the study’s invite link again.",
    },
    away: {
      title: "Semblance cannot be reached right now.",
      text: "This page tries again by itself. Nothing that was saved is lost.",
    },
    other: { title: "This page could not be displayed.", text: "Please reload it in a moment." },
  },
} as const;

type Widened<Entry> = Entry extends string
  ? string
  : Entry extends readonly string[]
    ? readonly string[]
    : Entry extends (...values: never[]) => string
      ? Entry
      : { [Name in keyof Entry]: Widened<Entry[Name]> };

/** One language's strings. */
export type RaterStrings = Widened<typeof en>;
