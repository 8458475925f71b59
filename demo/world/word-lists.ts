/** How captions of the demo's world name what its images show: what an audit of the demo's datasets looks for. */
import { parseWordLists } from "@/lib/datasets/audit/word-lists";
import { breeds, furColours } from "./attributes";

/** Colours of collars and of the couch are no colours of fur. */
export const demoWordLists = parseWordLists(`
negation: no, without
passed over: red collar, blue collar

# fur
${furColours.join("\n")}

# breed
${breeds.join("\n")}

# pose
sitting
standing
lying

# setting
autumn leaves: grass with autumn leaves, park with autumn leaves
beach: beach with waves, waves, sandy beach
couch: blue couch
snow: snowy field, snowy trees
orange wall
cherry blossoms

# view
close-up: close up

# size
small
large

# light
evening: golden evening light
cloudy: cloudy day

# expression
smiling: big smile
sleepy: closed eyes
`);
