import type { Language } from "../../src/terms.ts";

const list = (words: string) => words.split(" ");

/** Words that stand in every second message. None of them may mean danger by itself. */
export const commonWords: ReadonlyMap<Language, readonly string[]> = new Map([
  [
    "nl",
    list(
      "de het een en van ik te dat die in is hij ze niet met op voor aan zijn er maar om hem haar dan ook als nog wel naar bij uit wat zo kan geen al heel veel meer moet mijn me mij je we wij zij dit deze daar hier hoe waarom wanneer wie waar nu toen gaat doet wil heeft had ben was werd worden door over onder tegen tot zonder tussen sinds elke alle andere goed slecht klein groot baby kind kinderen dochter zoon mama papa moeder vader dag nacht uur week maand jaar slapen eten drinken huilen spelen lopen praten school opvang huis bed melk fles borst luier tandjes hallo dank",
    ),
  ],
  [
    "en",
    list(
      "the a an and of to in is he she it they we you i my me him her his that this these with for on at by from as but or not do does did have has had be was were are can will would should could what how why when who where if so very much more all any some no yes there here now then just only also still too again back up down out over under about after before every other good bad big small baby child children daughter son mum dad mother father day night hour week month year sleep eat drink cry play walk talk school nursery home bed milk bottle breast nappy teeth hello thanks",
    ),
  ],
  [
    "pl",
    list(
      "i w na z do nie jest to ze sie co jak ale o od za po dla czy tak juz jeszcze tylko moj moja moje mam ma on ona ono oni my wy ja ty mu jej go ja jego ich ten ta te kiedy gdzie dlaczego kto bo wiec tez bardzo duzo wiecej malo dobrze zle maly duzy dziecko dzieci corka syn mama tata matka ojciec dzien noc godzina tydzien miesiac rok spac jesc pic plakac bawic chodzic mowic szkola zlobek dom lozko mleko butelka piers pieluszka zeby czesc dziekuje",
    ),
  ],
  [
    "tr",
    list(
      "ve bir bu o da de ne icin ile mi mu cok daha en gibi ama ki var yok ben sen biz siz onlar benim onun bana ona beni onu her hic sonra once simdi nasil neden nerede kim hangi kadar diye degil evet hayir iyi kotu kucuk buyuk bebek cocuk cocuklar kiz oglan kizim oglum anne baba gun gece saat hafta ay yil uyku yemek su oyun okul kres ev yatak sut biberon meme bez dis merhaba tesekkur",
    ),
  ],
]);
