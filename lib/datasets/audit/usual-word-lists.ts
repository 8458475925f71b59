/** The word lists that an audit begins with: what photographs are usually said to show, in the language of the captions. */
import { germanWordLists } from "./german-word-lists";
import { parseWordLists, type WordLists } from "./word-lists";

/** @param language of captions (BCP 47); English for those that have no lists of their own */
export function usualWordLists(language: string): WordLists {
  return /^de(-|$)/i.test(language) ? germanWordLists : englishWordLists;
}

/** Where one word names two things, such as a chestnut, the one that captions mean more often. */
const englishWordLists = parseWordLists(`
negation: no, not, without, never, neither, nor, isn't, aren't, doesn't, don't, cannot, lacking
passed over: hot dog, orange juice, white house, golden gate

# colour
black: jet black
white: snow white, off white
grey: gray, silver
brown: tan, chestnut, beige, chocolate brown
golden: gold, blond, blonde
red: crimson, scarlet
orange
yellow
green
blue: navy, turquoise
purple: violet, lilac
pink

# size
small: tiny, little, miniature
large: big, huge, giant, enormous
tall
short

# pose
sitting: sits, seated, sat
standing: stands, stood
lying: lies, lying down, laying
running: runs, ran
jumping: jumps, leaping
walking: walks
sleeping: sleeps, asleep
swimming: swims
flying: flies

# setting
grass: lawn, meadow, grassy field
beach: sandy beach, seaside, shore, waves
snow: snowy
couch: sofa, armchair
bed
floor: carpet, rug
wall: orange wall, brick wall, white wall
forest: woods
street: road, sidewalk, city
kitchen
park: garden
blossoms: blossom, flowers
water: river, lake, sea, ocean, pool
studio: plain background, white background
indoors: inside
outdoors: outside

# light
day: daylight, sunny, sunlight
evening: sunset, dusk, golden evening light, golden hour
night: dark
cloudy: cloudy day, overcast, foggy

# view
close-up: close up, portrait, headshot
from above: top view, aerial
from behind: back view
side view: from the side, in profile
wide: wide shot, full body

# coat
short-haired: short haired, smooth
long-haired: long haired
fluffy: furry, shaggy
curly: curled

# expression
smiling: smile, smiles, happy
sad
sleepy: closed eyes, tired
angry
`);
