/** What captions name that an augmentation can make untrue, by words in English and German. */
import { type CaptionSubject, captionSubjects } from "@/lib/diffusion/training/augmentation/augmentation";
import { MentionFinder } from "../audit/find-mentions";
import { parseWordLists } from "../audit/word-lists";

/** Each attribute is a subject, each value some words for it. */
const english = parseWordLists(`
# side
left: leftmost, leftward, left-hand
right: rightmost, rightward, right-hand
letters: text, word, sign, lettering, writing, logo, number, digit

# size
small: tiny, little, miniature, smaller
large: big, huge, giant, enormous, larger
tall: taller
short: shorter
wide: narrow
view: close-up, close up, portrait, headshot, full body, wide shot, distant, far away

# orientation
upright: vertical, horizontal
tilted: tilting, slanted, leaning, sloping, diagonal
upside down: upside-down, inverted, sideways

# colour
colours: colour, color, colourful, colorful, coloured, colored, hue
black: jet black
white: snow white, off white
grey: gray, silver
brown: tan, chestnut, beige, chocolate
golden: gold, blond, blonde
red: crimson, scarlet, reddish
orange
yellow: yellowish
green: greenish
blue: navy, turquoise, bluish
purple: violet, lilac, magenta
pink
monochrome: sepia, greyscale, grayscale

# light
bright: brighter, brightly, sunny, sunlight, daylight, sunlit
dark: darker, darkness, dim, dusk, night, shadow
evening: sunset, sunrise, dawn, golden hour
cloudy: overcast, foggy, hazy

# sharpness
sharp: crisp, in focus, detailed
blurred: blurry, blur, out of focus, unsharp, bokeh
noisy: grainy, grain, pixelated, pixel
`);

const german = parseWordLists(`
endings: e, en, er, es, em, n, s

# side
links: link, linksseitig
rechts: recht, rechtsseitig
schrift: text, wort, schild, aufschrift, beschriftung, logo, zahl, ziffer

# size
klein: winzig, kleiner
groß: riesig, gewaltig, größer
hoch: hoh, höher
kurz: kürzer
breit: schmal
ansicht: nahaufnahme, porträt, portrait, ganzkörper, totale, weitwinkel, entfernt

# orientation
aufrecht: senkrecht, waagerecht, waagrecht
schräg: geneigt, diagonal, schief
kopfüber: verkehrt herum, auf dem kopf

# colour
farben: farbe, farbig, bunt, farbton
schwarz: tiefschwarz, pechschwarz
weiß: schneeweiß, cremeweiß
grau: silbern, silbergrau, hellgrau, dunkelgrau
braun: beige, hellbraun, dunkelbraun, kastanienbraun
golden: goldfarben, blond
rot: dunkelrot, hellrot, weinrot, rötlich
orange: orangefarben
gelb: hellgelb, gelblich
grün: hellgrün, dunkelgrün, grünlich
blau: hellblau, dunkelblau, türkis, bläulich
lila: violett
rosa: rosafarben, pink
einfarbig: schwarzweiß, sepia

# light
hell: heller, sonnig, sonnenschein, tageslicht
dunkel: dunkl, dunkler, dämmerung, nacht, nachts, schatten
abend: abendlicht, sonnenuntergang, sonnenaufgang, morgengrauen
bewölkt: wolkig, neblig, nebel, trüb

# sharpness
scharf: gestochen scharf, detailliert, im fokus
unscharf: verschwommen, unschärfe
verrauscht: körnig, rauschen, verpixelt, pixel
`);

/** @param language of the captions (BCP 47); English words for those that have no lists of their own */
export function subjectFinder(language: string): (caption: string) => CaptionSubject[] {
  const lists = /^de(-|$)/i.test(language) ? german : english;
  const finder = new MentionFinder(lists);
  return (caption) => {
    const named = new Set(finder.find(caption).map(({ attribute }) => lists.attributes[attribute]!.name));
    return captionSubjects.filter((subject) => named.has(subject));
  };
}
