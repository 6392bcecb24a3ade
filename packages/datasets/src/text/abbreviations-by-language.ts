const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

const danish = words("bl ca dr ekskl evt fig fr fx hr inkl jf kap nr prof tlf");
const danishWords = words("i å ø");

/**
 * Abbreviations by language that occur before a capital or a number, such as titles, and rarely end a sentence; in lower
 * case, without the full stop. None is also a word: German "Art." and Russian "им." are not here.
 */
export const abbreviationsByLanguage: Readonly<Record<string, ReadonlySet<string>>> = {
  cs: words("bc č dr ing mgr např obr prof str sv tj tzv ul"),
  da: danish,
  de: words(
    "abb abs aufl bd bzw ca dipl dr evtl exkl fr geb gest ggf hr hrsg ing inkl mio mrd nr prof sog st tel vgl vs zzgl",
  ),
  es: words(
    "aprox art av avda cap cnel dr dra dª ej fig gral ing lic num núm prof pág págs sr sra sres srta tel ud uds vd vds vol",
  ),
  fi: words("dr esim ks mm nro ns prof"),
  fr: words("apr av bd cf chap dr env fig mgr mlle mm mme mr no pr st ste tél éd"),
  hu: words("dr ill kb pl prof ún"),
  it: words("art avv cap dott dr egr es fig gent geom ing mons on pag pagg prof rag sig sigg ss vol"),
  nb: danish,
  nl: words("bijv blz bv ca dhr dr drs excl fig incl ing ir mevr mr mw nr prof resp st"),
  nn: danish,
  no: danish,
  pl: words("al dr hab inż ks mgr np nr por prof red str tj tzw ul św"),
  pt: words("art av cap dr dra eng exma exmo fig gen núm prof profa pág págs sr sra sres srta vol"),
  ro: words("dl dr nr pag prof str"),
  ru: words("акад гг гл гр доц млн млрд напр обл проф св см ср стр табл тов тт тыс ул"),
  sv: words("bl ca dr dvs ev exkl fig inkl jfr kap nr prof resp sid st"),
  tr: words("av bkz doç dr no prof sn yrd örn"),
  uk: words("акад вул див ім млн млрд напр проф ст стор тис"),
};

/** Words of one letter that can end a sentence; in other languages one letter is an abbreviation. */
export const oneLetterWords: Readonly<Record<string, ReadonlySet<string>>> = {
  da: danishWords,
  fr: words("a y à"),
  it: words("è"),
  nb: danishWords,
  nn: danishWords,
  no: danishWords,
  pt: words("a é"),
  ru: words("я"),
  sv: words("i å ö"),
  uk: words("є я"),
};
