/** What photographs are usually said to show, in German: the attributes of the English lists. */
import { parseWordLists } from "./word-lists";

/** Words are listed without their endings; forms with another stem are words of their own. */
export const germanWordLists = parseWordLists(`
negation: kein, keine, keinen, keinem, keiner, keines, nicht, ohne, nie, niemals, weder, noch
negation ends: aber, sondern, mit, auf, in, im, an, am, bei, beim, unter, neben, vor, hinter, während
endings: e, en, er, es, em, n, s
passed over: hot dog, orangensaft, rotwein, weißwein

# farbe
schwarz: tiefschwarz, pechschwarz
weiß: schneeweiß, cremeweiß
grau: silbern, silbergrau, hellgrau, dunkelgrau
braun: beige, hellbraun, dunkelbraun, kastanienbraun
golden: goldfarben, blond
rot: dunkelrot, hellrot, weinrot
orange: orangefarben
gelb: hellgelb
grün: hellgrün, dunkelgrün
blau: hellblau, dunkelblau, türkis, türkisfarben
lila: violett
rosa: rosafarben, pink

# größe
klein: winzig
groß: riesig, gewaltig
hoch: hoh
kurz

# haltung
sitzend: sitz, sitzt, saß
stehend: steh, steht, stand
liegend: lieg, liegt, lag
rennend: renn, rennt, lauf, läuft, laufend
springend: spring, springt
gehend: geh, geht, spazier, spaziert
schlafend: schlaf, schläft
schwimmend: schwimm, schwimmt
fliegend: flieg, fliegt

# ort
gras: wiese, rasen
strand: sandstrand, küste
schnee: verschneit, schneebedeckt
sofa: couch, sessel
bett
boden: fußboden, teppich
wand: mauer, backsteinwand
wald: wälder
straße: gehweg, stadt
küche
park: garten, gärten
blüte: blume, kirschblüte
wasser: fluss, see, meer, ozean, teich, becken
studio: einfarbig hintergrund, weiß hintergrund
drinnen: innenraum, im haus
draußen: im freien

# licht
tag: tageslicht, sonnig, sonnenschein
abend: abendlicht, sonnenuntergang, dämmerung
nacht: dunkel, dunkl, nachts
bewölkt: wolkig, neblig, nebel

# ansicht
nahaufnahme: porträt, portrait
von oben: vogelperspektive
von hinten: rückansicht
seitenansicht: von der seite, im profil
totale: weitwinkel, ganzkörper

# fell
kurzhaarig: glatt
langhaarig
flauschig: zottelig, wuschelig
lockig: gelockt

# ausdruck
lächelnd: lächel, lächelt, fröhlich, glücklich
traurig
müde: schläfrig, geschlossen auge
wütend: böse
`);
