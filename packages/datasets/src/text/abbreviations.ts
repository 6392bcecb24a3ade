// Lower case, without the last full stop; grouped by what may follow.

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Never end a sentence. */
export const neverLast: ReadonlySet<string> = words("e.g eg i.e ie viz cf vs v ca c approx");

/** Come before a name; capitalized. */
export const namePrefixes: ReadonlySet<string> = words(`
  mr mrs ms mx messrs mmes mme mlle dr drs prof rev revd hon gen brig col lt lieut maj capt cpt cmdr cdr adm sgt cpl
  pvt ens gov sen sens rep reps pres supt insp det atty fr`);

/** Come before a number in digits. */
export const numberPrefixes: ReadonlySet<string> = words("no nos nr p pp par para tab");

/** Come before a number in digits, or capitalized before a Roman numeral or a letter. */
export const numeralPrefixes: ReadonlySet<string> = words(
  "art arts vol vols ch chap sec sect fig figs eq eqs ex op cap ser stat bk pt",
);

/** Occur inside a sentence or at its end: the next word decides. */
export const oftenLast: ReadonlySet<string> = words(`
  inc ltd co corp bros llc plc jr sr esq ph.d al dept dist assn assoc univ ave blvd rd bldg lb lbs oz yds cwt hr hrs bbl comp`);

/**
 * The same, but only capitalized, because in lower case they are words or parts of words: months, days, states, "St."
 */
export const capitalOftenLast: ReadonlySet<string> = words(`
  st ste mt ft pt jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat
  ala ariz ark calif cal colo conn del fla ga ill ind kan kans ky la md mass mich minn miss mo mont neb nebr nev
  okla ore pa penn penna tenn tex vt va wash wis wyo cong div`);

/** Words that, with a capital after an abbreviation, are the start of a sentence rather than part of a name. */
export const starters: ReadonlySet<string> = words(`
  a an the this that these those there here it its i we you he she they my our your his her their one
  in on at by for from with without of to into under over up about after before during since until while when where why
  how what which who whose if as because although though unless whether once than
  and but or nor so yet also then thus hence therefore however moreover nevertheless indeed meanwhile finally
  is are was were be been do does did has have had can could would shall should might must let
  no not all any some many most more much few several each every both such another other only even
  now today yesterday tomorrow again never always first second third next last`);
