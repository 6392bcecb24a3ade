// Written by tooling/unicode/generate.mjs from the Unicode character database; do not edit.
// Ranges are gap and length, case runs gap, delta, count and stride; see table-entries.ts.

/** Cc and Cf in Unicode 14.0. */
export const control14: string = "xe ,+e[>,;#(7cbr)euWt, eel8lcfa?ae4angesl;2cPierh/Tree3[cu:w=er;I ep,uu(exsb";

/** Mn in Unicode 14.0. */
export const nonspacingMark14: string =
  "re-s1;+acAeE)ntnt)r#0e-E1,].o(otn=e0exei,n0e3[[W=n[ninae5irx e#ebne r.)f =y.mteargf= &tetotr[ftftoiiexti]tr[fant=&tv()rgtn= <t]te(r>krtir.ni+in=<t]teargt(+t&t3te*tf= &tea,b<i),Mo.# sto[](rztei))eA}nant+0nek[,#=n(ntotAtfi!=>ot(Te:5irp!iwtextextrftn. o0[eSi),*teg,3ift[{ipPttrgn.))o {gte-}n1e4=rbna)aem[#teo=otnir ntinie3 otloin>n.=(ytd-r1rux>=ykcdmilE,{e edz=,ItcccCfgeotr&t: i=Atalnt?M>e| A0e!irbo=oteTr<(ototk e2riniot+t)e#t ;7t=lhs1ruI1!1,s>;gswasp&int+=emi=lStepy=eu*tly0e4=lieWTe/otmie4=ot.rnie{an r}#tev[m=t,+itnt(d1y 6te*tie<.yadS oi)2rW()ftntp3={tnt*trA tntsg)o(),]io=nac4[ntc!t)=sW=ot=eogem(o= P(oie!>ntee!.n()rv7o.ntntso(intn.)r#ti):Itsdu]aew.,p1ry=,[sdd&teeuAe7o2edfiI o.ex=s3illwr.frt }vanT,;m.n/o.ntnac6.e,Trn=srf.,4.e,,ls6hb";

/** P* in Unicode 14.0. */
export const punctuation14: string =
  "eyin(n=mtyt?i)ei)e0aimtiirl( e,!(e]tri)ttezt&tnt>nirz=s(e5}pUieWTe.c6tglClbl)es(ke,.,Mmtl-T)e<=r2rzaft,6(piec#[d.reEeztr-ir]tl<inie<0h5tp{ts|.n(lv.3ts+=ewarotrf 0r,-eb|Cn>nkextzte;y=wt,u+}r4tengee57ry=eotre5=nts1sUe2ne okeewifgok1kst,Mdhl3tcwisig,A(eu&=r?temi)e4te2,<>!tsf=s{t!th[s;;3td3gve0n})=ntswin(n=mtyt?i)ei)n.ee&ir,Crbel(rd2c.e.;o[e},v.r{.rw=rc1lIaez=dP.,4tn=s{=e-tr4==>nir3(s0ee*amt)s cm2,Si3>,=smihkcWid0,o rUinaeeWae#te;Sth7,e?acrxt,lpntl>r+a rsm=eeTlcrke;,+ahdzt";

/** As decomposing9 in Unicode 14.0: only what 9.0 lacks. */
export const decomposing14: string =
  "pealf e#geuge:Eczte,Epltrp<1rr*ahrh)l:;I=eu*tly0e4=;MrlMeutrc?th>ft=dk,0M,[rs nt,[shd&tdcdm.e,Trn=";

/** As control14 in Unicode 15.0: only what 14.0 lacks. */
export const control15: string = "ed,r+.";

/** As nonspacingMark14 in Unicode 15.0: only what 14.0 lacks. */
export const nonspacingMark15: string = "eee7e,rroirh/;uvtevaa)edpE{Teu;e),e{=";

/** As punctuation14 in Unicode 15.0: only what 14.0 lacks. */
export const punctuation15: string = "es;r3g,un>";

/** As decomposing9 in Unicode 16.0: only what 14.0 lacks. */
export const decomposing16: string = "ppTed;u/etlsfaeePisui) trint+ice-t,hho (cc|icds=,e{=czt";

/** What NFKD changes beyond NFD in Unicode 16.0. */
export const compatible16: string =
  "d1.)=o=oini,At]t rar|[e{id|[en(oadaPtrz.Ainties>p*=dhgl.emte7sg)estcpwin0nMne=>efe>p|teu)ni]i5i5tztn0(a#i ytnt=)|i>.!toein>0r*=nin0ntoaoi)iytnin.n(fa{rb[l#tnted4l8sd/,5iel<th)euT,0#c7eMrani,{tt,2e4,7y},{e.ne1|e2nesbd;dxtcMsPiytrs?=[scpf.#a|ge<sieye,i-r1or(em>4gvEokn8n=fi)nlTfp7y(o(o(oiy.n.ls-aneMn[:ceweks:3,>nr2nttoto=nk)n.nr/n=o n.ne=n=na)y.ner=oeu=ortl;?r};pW=neint)tngn=))(=))nint)t))))nt)o=n.n=n=)ngn/+inan/epm0+e.ne ?ie0,6i5eCf[<tdhog";

/** Default_Ignorable_Code_Point in Unicode 16.0. */
export const ignorable16: string = "pars)rlCcuotslwtrAalcya?ae41e,uCeuelw1;2d1r4[:reA=er;I e,s;p]err1";

/** Case folding to one character in Unicode 16.0. */
export const caseFolding16: string =
  "r+eoet,nrc.]eo2oeo.efnWtfnytyn|tynUtoql)nnytoq:=ocMnnotoc}n)odAtn)y,.ncgnc0n)oc>ncToc8nc/n)fc8ncEoc7nnyto;tn)o;ty)o;tn)op<tnnoto;in)f)|tn)otn)otnnPtynPtytnnotoqs)nqr nn&toqlgonPt|,el8n)oqd8n,el1y)oqcinrEnr2nn+tc<sCe5notf)PsC<e}oe<ior1orytoeo/oeo[U)5 nqe(nqe)fqTnq7on#toqr(nqrbyqrknqr1o)oq.n)yqsminr&1neoe e4nItmn*toTnn<tyne-tye-e}cumecrfe}orer1{rer1r,nq|(du4qe;p(nqe;panqe;dCnqel,xtnqe;d8nqe;dknqe;lknhrl0n)<qcs|e8yqcs|ih6nrSt<qrg+ne-tmq| Pq|(]q| Pq| Pq|(#q|ftPq| r5q|tnqrztyqruhEmqr?=5q|tnq,mt5q|tnq,vtnq.#qs|tnqs{t;wqrreafqrle.nqrsc(<e=e!!1&)r,P?etle]e-rbe4)oq,e,Tnqeer7nq,er2ynytoq,el=nq,e,Enq,el.nq,el(o)y)PqrduStnne&tPnot+)pr,fnUt&nzts!n<tfnent]notoqhrc=nn+t+)oqeur;1ynotfnmtoqeurhCnqeur:.nqeur:inqeurh/nqeurhCoqeurcMnqeur;MnqeurcEn,r1nn|toqrbnqeurh8nqhrh nnotoqeu,u.n)f){nytoqeu,;[A)rl6qc::z, s:,!eoet,sveme1sIemekl<eP0oePToeP.oePts:nrfril|eo7p:Aeoe lu;4eoe p,r5efeg";
