// Written by tooling/unicode/generate.mjs from the Unicode character database; do not edit.
// Ranges are "gap,length" and case runs "gap,delta,count,stride", in base 36; see table-entries.ts.

/** Cc and Cf in Unicode 14.0. */
export const control14: string =
  "0,w 2n,x d 11u,6 m 5c 1d ao,2 28 2zv 1ks,5 q,5 1d,5 1,a 17yn 6x,3 3b5 f 6zm,9 qxz,4 43z,8 h406 u,2o";

/** Mn in Unicode 14.0. */
export const nonspacingMark14: string =
  "lc,34 7n,5 7d,19 1 1,2 1,2 1 20,b 1c,l g 2t,7 2,6 2,2 1,4 z u,r 2j,b 1m,9 9 o,4 1,9 1,3 1,5 17,3 1o,8 16,o 1,w 1j 1 4,8 4 3,7 a,2 t 1m 4,4 8 k,2 q 2,2 1l 4,2 4,2 2,3 3 u,2 3 b,2 1l 4,5 1,2 4 k,2 m,6 1 1m 2 1,4 8 7,2 b,2 u 1p c 1e 3 1j 1,3 5,3 1,4 7,2 b,2 t 1m 2 6 5,2 k,2 s,2 1l,2 4,4 8 k,2 t 20 7,3 1 2i 2,7 c,8 2q 2,9 b,6 22,2 r 1 1 1j,e 1,5 1,2 5,b 1,10 9 2u,4 1,6 1,2 2,2 p,2 4,3 g,4 d 2,2 6 f jj,3 qa,3 t,2 u,2 u,2 1s,2 1,7 8 2,b 9 19,3 1 39,2 y 3a,3 4,2 9 6,3 63,2 2 1m 1,7 1 1 2,8 6,a 2 1c,e 1,g 1d,4 1c 1,5 1 5 14,9 c,2 w,4 2,2 1,3 1k 1,2 3 1,3 1m,8 2,2 48,3 1,d 1,7 4 6 3,2 5i,1s k0,d 4 3,c 2da,3 3x 2o,w fe,4 2z,2 n9w 4,a w,2 28,2 7k 3 4 p,2 5 47,2 q,i d 12,8 p,b 1a,3 1c 2,4 2,2 13 1v,6 2,2 2,2 c 8 1b 1f 1,3 2,2 5,2 1 16,2 8 6m 2 4 fn4 kh,g g,g r1 6a 45,5 1ae,3 1,2 5,4 14,3 4 4l,2 fx,4 ar,2 49,b 1d,4 3f 1i,f 15 2,2 a,3 1d,4 2,2 7 1p,3 10,5 1,8 1q c,2 1g,9 a,4 2 2n,3 2 1,2 6 4g 3,8 l,2 1l,2 3 11,7 3,5 5f,8 2,3 1 n 2c,6 1 4,2 1,2 6m,4 6,2 1,2 r,2 2d,8 2 1,2 2y 1 2,6 1 2t,3 2,4 1,5 77,9 1,2 74,2 1 4 40,4 2,2 4 w,a 14,6 2,4 8 9,6 2,3 1a,d 1,2 ba,7 1,6 1 2a,m 2,7 1,2 1,2 3e,6 3 1,2 1,7 1 20,2 3 1 9n,2 f0b,5 1n,7 t4 1r,4 29 f5k,2 3mp,1a 2,n f4,3 h,8 2,7 u,4 44,3 1iz,1j 4,1e 8 e m,5 1,f 11s,7 1,h 2,7 1,2 1,5 79,7 af 1p,4 15s,7 31,7 gzhx,6o";

/** P* in Unicode 14.0. */
export const punctuation14: string =
  "x,3 1,6 1,4 a,2 3,2 q,3 1 r 1 z 5 3 a,2 3 3 ji 8 cy,6 15,2 1f 1 2 2 18,2 k,2 1,2 d 1,3 22,4 2u 17,e 6h,3 1i,f v 79,2 a 3w 3c 3d au c a7 2i a,2 4o,f 1 11,4 1z 22,5 4,2 33,6 4r h0,9 47 h9 18,2 26,3 1z,2 4d,3 1,3 11,b 8p,2 60,2 3k,7 1,6 4s,7 s,2 3h,4 1n,5 1q,2 1s,8 b n0,o 8,k 1,d 1,c u,2 e,2 hl,4 t,2 u5,e 27,2 v,a b7,m 1r,4 w,2 l7,4 1,2 34 3z,1b 1,w 2,c bn,3 4,a 2,c g c 2q 2i mwy,2 7h,3 2r a 37,6 ak,4 2e,2 14,3 1 1d,2 1b 2p,d g,2 3g,4 3i,2 g,2 6x g2a,2 5s,a m,z 1,e 1 4 1,2 45,3 1,6 1,4 a,2 3,2 q,3 1 r 1 1,7 be,3 ik 1c bi kn 5j v 7k,9 12 34,7 1u,7 2h,4 ls 4n,5 18,4 59,7 31,2 1,4 3i,4 1c,2 27,4 4 d 1,3 2g,6 2z bl,5 a,2 1 2w 6y,n 2x,3 s,d 24 3m,3 70 7c,3 4b 2k,8 2b,3 1,5 bi,5 16,2 hx,2 7a vk,5 29o,2 bjv,2 3p 1t,5 8 nm,4 93 f5o 5wn,5 2xe,2";

/** As decomposing9 in Unicode 14.0: only what 9.0 lacks. */
export const decomposing14: string =
  "1kt 4a,8 16,a 8a fx 72,2 al 1ne q1,g mf,5 rap jxz,4 ar,2 49,b 1d,4 6i ju 82 re,2 71 4,2 4 4c 2b i 29 iw 1,2 29 g9k,2 mda,7 af 1p,4";

/** As control14 in Unicode 15.0: only what 14.0 lacks. */
export const control15: string = "1ovt,7";

/** As nonspacingMark14 in Unicode 15.0: only what 14.0 lacks. */
export const nonspacingMark15: string = "2xa 1elq,3 n5 2im,2 1g,5 5 1 459 6,f y0p v0,4";

/** As punctuation14 in Unicode 15.0: only what 14.0 lacks. */
export const punctuation15: string = "1jwg,a u1,d";

/** As decomposing9 in Unicode 16.0: only what 14.0 lacks. */
export const decomposing16: string = "1p3 1e0h q 1hg,5 b3,3 w3 1 8 2 1f 1,2 5,3 29c,2 d0e,8 6 2ew,3 mqs v0,4 72,2";

/** What NFKD changes beyond NFD in Unicode 16.0. */
export const compatible16: string =
  "4g 7 1 4 2,4 2,3 1,3 37,2 b,2 8 1h 1w,9 10,3 58,9 v,6 2,5 45 9,2 22,7 p,3 1,2 3 b1 6l,4 1iy 3j 14,2 1a 2y 1 aq 2en,3 1,b 1,i 1,s d y,11 62,2 81 1,3 b,3 d,3 d,2 e,2 1,b 6 5 c,3 8 3,2 1,2 4 1 8,3 d 7 g,2 2,r 1,d b 2f,4 1,3 1,b 1,2 2,5 2,3 1 3 3,2 1,3 1,7 1,6 4,5 6,1c 9 4i,2 1,2 fj,3v 10h 2v,3 ed,2 6p 8f 2b c,5y 16 1h 1,3 2o,2 2 2n 1d,2m 3,e 2o,v 1,14 8,1b 1,ao mn0,2 5u 3l,3 3,2 o2,4 9 fpy,7 c,5 8,a 11,2r x,a3 i,1s 2,1i 14,d j,a m,l 2,c 1,j 1,4 4,3 1 1,3r 4,5a 3,6 2,6 2,6 2,3 3,7 1,7 1hu,5 1,16 1,9 12xn,10 1dy,2d 1,1z 1,2 2 2,2 2,4 1,c 1 1,7 1,1t 1,4 2,8 1,7 1,s 1,4 1,5 1 3,7 1,9g 2,84 2,1e 1m8,1q 2oi,4 1,r 1,2 1 2 1,a 1,4 1 1 6 4 1 1 1,3 1,2 1 2 1 1 1 1 1,2 1 2,4 1,7 1,4 1,4 1 1,a 1,h 5,3 1,5 1,h g4,b 5,v 1,w q,3 z 33,3 d,18 4,9 7,2 1we,a";

/** Default_Ignorable_Code_Point in Unicode 16.0. */
export const ignorable16: string =
  "4t ip jw 282,2 18z,2 2d,5 1kr,5 q,5 1d,g 3ck 14ez,g 6n 4g 27,9 119j,4 43z,8 h405,35s";

/** Case folding to one character in Unicode 16.0. */
export const caseFolding16: string =
  "1t,w,q 2j,lj b,w,n 2,w,7 y,1,o,2 4,1,3,2 3,1,8,2 3,1,n,2 2,-3d 1,1,3,2 2,-7g 2,5u 1,1,2,2 2,5q 1,1 2,5p,2 1,1 3,27 1,5m 1,5n 1,1 2,5p 1,5r 2,5v 1,5t 1,1 4,5v 1,5x 2,5y 1,1,3,2 2,62 1,1 2,62 3,1 2,62 1,1 2,61,2 1,1,2,2 2,63 1,1 4,1 8,2 1,1 2,2 1,1 2,2 1,1,9,2 3,1,9,2 3,2 1,1,2,2 2,-2p 1,-1k 1,1,k,2 2,-3m 2,1,9,2 8,8bv 1,1 2,-4j 1,8bs 3,1 2,-5f 1,1x 1,1z 1,1,5,2 6v,38 17,1,2,2 4,1 9,38 7,12 2,11,3 2,1s 2,1r,2 2,w,h 2,w,9 n,1 d,8 1,-u 1,-p 4,-f 1,-m 2,1,c,2 2,-1i 1,-1c 3,-1o 1,-1s 2,1 2,-7 1,1 3,-3m,3 1,28,g 1,w,w 1d,1,h,2 a,1,r,2 2,f 1,1,7,2 3,1,1c,2 3,1c,12 28a,5ls,12 2,5ls 6,5ls mj,-8,6 1oj,-4su 1,-4st 1,-4sk 1,-4si,2 1,-4sj 1,-4sc 1,-4ro 1,r7n 1,1 7,-2bk,17 3,-2bk,3 8x,1,23,2 7,-1m 5,1,1c,2 a,-8,8 9,-8,6 b,-8,8 9,-8,8 9,-8,6 c,-8,4,2 9,-8,8 21,-8,2 1,-22,2 3,-5j9 a,-2e,4 d,-8,2 1,-2s,2 d,-8,2 1,-34,2 1,-7 c,-3k,2 1,-3i,2 8b,-5st 4,-6gv 1,-6di 7,s 1a,g,g k,1 mr,q,q 1f5,1c,1c 1d,1 2,-8af 1,-2xy 1,-89z 3,1,3,2 2,-8bg 1,-8al 1,-8bj 1,-8bi 2,1 3,1 9,-8cf,2 1,1,1e,2 9,1,2,2 5,1 nym,1,n,2 k,1,e,2 3s,1,7,2 4,1,v,2 b,1,2,2 2,-r9g 1,1,5,2 5,1 2,-wmg 3,1,2,2 4,1,a,2 2,-wn8 1,-wnj 1,-wnf 1,-wn5 1,-wn8 2,-wlu 1,-wmi 1,-wlx 1,ps 1,1,8,2 2,-1c 1,-wn7 1,-raw 1,1,2,2 2,-wo7 1,1 4,1 6,1,3,2 2,-wu9 p,1 or,-tzk,28 ggy,w,q xy,14,14 3t,14,10 4d,13,b 2,13,f 2,13,7 2,13,2 1d7,1s,1f 4e,w,m 27v,w,w gw1,w,w o81,y,y";
