/** The registry of the kinds of reference cases. */
import { accumulationCase } from "./accumulation-case";
import type { CaseKind } from "./case-kind";
import { clipCase } from "./clip-case";
import { clipGuidedCase } from "./clip-guided-case";
import { clipTokenizerCase } from "./clip-tokenizer-case";
import { frechetCase } from "./frechet-case";
import { inceptionCase } from "./inception-case";
import { loraCase } from "./lora-case";
import { modelCase } from "./model-case";
import { schedulesCase } from "./schedules-case";
import { tokenizerCase } from "./tokenizer-case";
import { votesCase } from "./votes-case";
import { zooCase } from "./zoo-case";

export const caseKinds: readonly CaseKind[] = [
  modelCase,
  clipCase,
  clipGuidedCase,
  loraCase,
  accumulationCase,
  tokenizerCase,
  clipTokenizerCase,
  schedulesCase,
  zooCase,
  frechetCase,
  inceptionCase,
  votesCase,
];
