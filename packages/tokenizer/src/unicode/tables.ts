// Written by tooling/unicode/generate.mjs from the Unicode character database; do not edit.
// Ranges are gap and length, case runs gap, delta, count and stride; see table-entries.ts.

/** ASCII but letters, digits, space and controls. */
export const asciiSymbols: string = "eyTm.?(?=";

/** What google-research/bert calls Chinese characters, without extension E. */
export const chinese: string = ",u:vehh1rfduh1l,,ze; e,lp{eussbeoe,r1,;loeh1";

/** White_Space, without controls. */
export const spaces: string = "e l.epl.d;n0wtae2eeh1";

/** Cc, Cf and Co in Unicode 8.0. */
export const other8: string = "xe ,+e[>,;#(7cbr)e,e(lcfa?ae4ang:sr&ehr1l,2cPierh/hrrv=er;I ep,uu(exsbe,ec|ed:d}oed:d}";

/** Mn in Unicode 8.0. */
export const nonspacingMark8: string =
  "re-s1;+acAeE)ntnt)r#0e-E1,].o(otn=e0exei,n0e3[ef=n[ninae5isSe r.)f =y.mteargf= &twtr[ftftoiiexti]tr[fant=&teargtn=  ]te(r>krtrni+in=<t]teargt(+t&teary= &ts(<i),Mo.# sto(nt](rztei))eA}nant+0nek[,#=n(ntotAtfi!=>ot(Te:5irp!iwiwtextrftn. o0[eSid0,3ift[{ipPttrgn.))o {gte-}r{=rbna)aem[#teo=otnir ntinie3 otloin>n.=(ytd-r({=rux>=ykcdmilE,{e edz=,ItcccCfgeotr&t: i=Atd>*Mev A0e!irbo=te1r<(ototk e2riniot+t)e#t ;7t=lhs1ruI1!1,s>;gswasp&int+=emi=lStsdgeWTe?ie4=otrPie{an r}#tev[]i,|itntd2y 6trgie<.yah-()ftntp3={tnt*trA tntsg)o(),]io=nas:dWaew.,eo=sd;#ter;miI o.ex=s3illwr.frt }vanThu!.e,,lcIhb";

/** P* in Unicode 8.0. */
export const punctuation8: string =
  "eyin(n=mtyt?i)ei)e0aimtiirl( e,!(e]tri)ttezt&tnt>otrz=s(e5}pUieWTe.c6tge,2rci,Mmtl-T)e<=r2rzaft,6(piec#[d.ec&teztr-ir]tl<inie<0h5tp{ts|.n(lv.l+=ewarotrf 0r,-eb|Cn>nkextzte;y=wt,u+}r4tengee57ry=eotre5=nts1sUe2n8er?ifgok1kst,Mdhl3tcwisig,A(eu&=r?temi)e4te2,<>!tsf=s{t!th[s;;3td3gve0n})=ntswin(n=mtyt?i)ei)n.ee&ir,Crbel(rd2c.e.;o[e},v.r{.rw=,,W.,4tn=s{=e-tr4ai>nir3(s0ehkcm2,Sic|i;sIase;ytl>r+a du,Me;,+a";

/** What NFD changes or moves, of the characters assigned in Unicode 9.0, that nonspacingMark8 and mixed9 lack. */
export const decomposing9: string =
  "d,m}esstsar]te;Teu:|tc:ciskep+,r;ks,pCsC:Th=ire2s:bhc;Ut{(hs+.n/o.ntnadl4.esudneh}";

/** What NFD changes, of the characters assigned in Unicode 9.0, and other characters between them. */
export const mixed9: string =
  "d#e,kee [{()niAc}r5r[;?alyCep*r.,ItSt),0tefit;/otStr(eUihi{tnts{is6aerCPeapCpcUr}e:m:}o(oe}o(o )))ne.oranTn}o(n8oin ot;v(,&es/dh),h],)Ps):hr6e,(osgr<etna)ntntn[e,e6Meh]teu{=c]t:elf.r?(";

/** All that lower case changes in Unicode 14.0, and other characters between them. */
export const lowercase14: string =
  "r+rh( {a)nCneskoe}cuPe})aruo,}de#e8oih&: |(meb|(0))n/We1|a]a]=#a]a;*,7r,|etlemhipr,y,8sSpb(+ie=le:Aet,s6e1s!ekl{0nTn.nts:xriclUe lu;-e p,r#eg";

/** As lowercase14 in Unicode 17.0: only what 14.0 lacks. */
export const lowercase17: string = "ec,S)c,umqeu,u.nnotfnot{)oqeu,;[dueveo7l;e6*e)";
