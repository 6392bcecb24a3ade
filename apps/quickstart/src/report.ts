import { chartHeight, chartStyle, chartWidth, escape, lineChart } from "./chart.ts";
import { conclusion } from "./conclusion.ts";
import { evaluationRows, fineTunedRows, percent, type FilledSentence, type Results } from "./results.ts";

/** On a phone, table rows become blocks, with each value under its column's name. */
const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; font-variant-numeric: tabular-nums; }
td:nth-child(n + 3) { white-space: nowrap; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; margin: 1rem 0; }
pre { overflow-x: auto; padding: .6rem .8rem; background: #8882; border-radius: .3rem; }
.conclusion { border-left: .3rem solid #2a9d5c; padding: .2rem 1rem; background: #2a9d5c18; }
.masked { margin: 1rem 0 .3rem; font-weight: 600; }
.bars { display: grid; grid-template-columns: 10rem 1fr 4rem; gap: .2rem .6rem; align-items: center; }
.bars .bar { background: #2a78d6; height: .8rem; min-width: 1px; border-radius: .1rem; }
.bars .share { text-align: right; font-variant-numeric: tabular-nums; }
.answer { font-size: .9rem; opacity: .8; }
@media (max-width: 36rem) {
  .head { display: none; }
  table, tbody, tr, td { display: block; }
  tr { padding: .4rem 0; border-bottom: 1px solid #8884; }
  td { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem 0; border: 0; }
  td::before { content: attr(data-column); opacity: .7; }
  td:empty { display: none; }
  .bars { grid-template-columns: 7rem 1fr 3.6rem; }
}
${chartStyle}`;

/** The report of a run as a self-contained HTML page. */
export function reportHtml(results: Results): string {
  const { recipe, pretrained, unigram, filled, corpus } = results;
  const { model, pretraining } = recipe;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>bertkit quickstart</title>
<style>
${style}
</style>
</head>
<body>
<h1>bertkit quickstart</h1>
<p>A BERT of ${model.hiddenLayers} layers × ${model.hiddenSize} (${number(results.parameters)} parameters with its heads),
pretrained for ${number(pretrained.step)} steps of ${pretraining.batchSize} × ${pretraining.sequenceLength} tokens in
${(pretrained.seconds / 60).toFixed(1)} minutes on ${escape(results.backend)}, from
${number(corpus.documents)} ${escape(corpus.name)} (${number(corpus.tokens)} tokens)${corpus.mails ? ` and ${number(corpus.mails.count)} mails without their labels (${number(corpus.mails.tokens)} tokens)` : ""};
held out are ${escape(corpus.heldOut)}. Recipe “${escape(recipe.name)}”, seed ${results.seed}.</p>
<div class="conclusion">
<p>${escape(whatItLearned(results))}</p>
${conclusion(results)
  .map((sentence) => `<p>${escape(sentence)}</p>`)
  .join("\n")}
</div>
<h2>Filling the mask</h2>
${filled.map(maskHtml).join("\n")}
<h2>Pretraining</h2>
${charts(results).join("\n")}
<h2>On held-out text</h2>
${htmlTable(evaluationRows(results))}
<p>Standard errors treat an instance as the unit. The unigram baseline knows only how often each token occurs: it always
guesses the most frequent (${percent(unigram.accuracy)} right).</p>
<h2>Spam classifier</h2>
${furtherHtml(results)}<p>Means of ${recipe.fineTuning.draws} draws ± standard error; in each, ${recipe.fineTuning.trainingMails} mails of the SpamAssassin corpus to train on, ${number(recipe.fineTuning.evaluationMails)} held out, half of them spam;
the first ${recipe.fineTuning.length} tokens of each. None of them was pretrained on.</p>
${htmlTable(fineTunedRows(results))}
<h2>Next</h2>
<p>The model is a Hugging Face folder, <code>model</code> beside this page; so is the classifier, <code>spam-classifier</code>.</p>
<pre>npm run quickstart -- --text FOLDER      # the same with your own text
npm run quickstart -- --long             # up to an hour of pretraining
npm run toxic-comments -- --data train.csv --model out/quickstart/model</pre>
<p>The whole job took ${(results.seconds / 60).toFixed(1)} minutes.</p>
</body>
</html>
`;
}

/** The curves as a self-contained SVG file, a figure for a README. */
export function curvesSvg(results: Results): string {
  const stacked = charts(results).map((chart, i) =>
    chart.replace("<svg ", `<svg y="${chartHeight * i}" height="${chartHeight}" `),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${chartWidth} ${chartHeight * stacked.length}" font-family="system-ui, sans-serif">
<style>${chartStyle}</style>
<rect width="100%" height="100%" fill="#fff"/>
${stacked.join("\n")}
</svg>
`;
}

function whatItLearned({ evaluation: { maskedLm, nextSentence }, unigram, majorityNext }: Results): string {
  const { value, standardError } = nextSentence.accuracy;
  const next =
    value - majorityNext > 2 * standardError
      ? `It tells the next sentence from a random one ${percent(value, standardError)} of the time, against ${percent(majorityNext)} of always guessing the majority class.`
      : `It does not tell the next sentence from a random one yet: ${percent(value, standardError)}, and always guessing the majority class is ${percent(majorityNext)} right.`;
  return `It guesses ${percent(maskedLm.accuracy.value, maskedLm.accuracy.standardError)} of the hidden words of text it never read, where word counts alone guess ${percent(unigram.accuracy)}. ${next}`;
}

/** A sentence with bars for the most probable words of its mask. */
function maskHtml({ sentence, candidates, answer }: FilledSentence): string {
  const bars = candidates.map(
    ({ token, score }) =>
      `<span>${escape(token)}</span><span class="bar" style="width:${(100 * score).toFixed(1)}%"></span><span class="share">${(100 * score).toFixed(1)} %</span>`,
  );
  return `<p class="masked">${escape(sentence)}</p>
<div class="bars">
${bars.join("\n")}
</div>${answer === undefined ? "" : `\n<p class="answer">It was “${escape(answer)}”.</p>`}`;
}

function furtherHtml({ further, recipe }: Results): string {
  if (further === undefined) return "";
  const { batchSize, sequenceLength } = recipe.furtherPretraining!;
  return `<p>“Further pretrained” was trained for ${number(further.pretrained.step)} more steps of ${batchSize} × ${sequenceLength} tokens in ${(further.pretrained.seconds / 60).toFixed(1)} minutes,
on ${number(further.mails)} mails without their labels (${number(further.tokens)} tokens), none of them among those below.</p>
`;
}

function charts({ pretrained: { curve }, unigram, majorityNext }: Results): string[] {
  const points = (value: (point: (typeof curve)[number]) => number) =>
    curve.map((point) => ({ x: point.step, y: value(point) }));
  const asPercent = (y: number): string => `${(100 * y).toFixed(0)} %`;
  return [
    lineChart({
      title: "Masked-LM loss (nats)",
      xLabel: "step",
      series: [{ label: "training batches", color: "#2a78d6", points: points((point) => point.maskedLmLoss) }],
      references: [{ label: "word counts alone, held out", y: unigram.loss }],
    }),
    lineChart({
      title: "Masked-LM accuracy",
      xLabel: "step",
      series: [{ label: "training batches", color: "#2a9d5c", points: points((point) => point.maskedLmAccuracy) }],
      references: [{ label: "word counts alone, held out", y: unigram.accuracy }],
      format: asPercent,
    }),
    lineChart({
      title: "Next-sentence accuracy",
      xLabel: "step",
      series: [{ label: "training batches", color: "#d6722a", points: points((point) => point.nextSentenceAccuracy) }],
      references: [{ label: "majority class, held out", y: majorityNext }],
      format: asPercent,
    }),
  ];
}

function htmlTable([head, ...rows]: string[][]): string {
  const body = rows.map(
    (row) => `<tr>${row.map((cell, i) => `<td data-column="${escape(head![i]!)}">${escape(cell)}</td>`).join("")}</tr>`,
  );
  return `<table>\n<tr class="head">${head!.map((cell) => `<th>${escape(cell)}</th>`).join("")}</tr>\n${body.join("\n")}\n</table>`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
