import { chartHeight, chartStyle, chartWidth, escape, lineChart } from "./chart.ts";
import { evaluationRows, fineTunedRows, percent, type Results } from "./results.ts";

/** The report of a run as one HTML page that needs no other file. */
export function reportHtml(results: Results): string {
  const { recipe, pretrained, unigram, filled, corpus } = results;
  const { model } = recipe;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>bertkit quickstart</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; margin: 1rem 0; }
${chartStyle}
</style>
</head>
<body>
<h1>bertkit quickstart</h1>
<p>A BERT of ${model.hiddenLayers} layers × ${model.hiddenSize} (${results.parameters.toLocaleString("en-US")} parameters with its heads),
pretrained for ${pretrained.step.toLocaleString("en-US")} steps of ${recipe.pretraining.batchSize} × ${recipe.pretraining.sequenceLength} tokens in
${(pretrained.seconds / 60).toFixed(1)} minutes on ${escape(results.backend)}, from
${corpus.addresses} State of the Union addresses (${corpus.tokens.toLocaleString("en-US")} tokens);
evaluated on those of ${escape(corpus.heldOut)}. Recipe “${escape(recipe.name)}”, seed ${results.seed}.</p>
<h2>Pretraining</h2>
${charts(results).join("\n")}
<h2>On the addresses kept aside</h2>
${htmlTable(evaluationRows(results))}
<p>Standard errors treat an instance as the unit. The unigram baseline knows only how often each token occurs: it always
guesses the commonest (${percent(unigram.accuracy)} right).</p>
<h2>Filling the mask</h2>
${htmlTable([["sentence", "most probable"], ...filled.map(({ sentence, candidates }) => [sentence, candidates.map(({ token, probability }) => `${token} ${(100 * probability).toFixed(1)} %`).join(", ")])])}
<h2>Spam classifier</h2>
${furtherHtml(results)}<p>Means of ${recipe.fineTuning.draws} draws ± standard error; in each, ${recipe.fineTuning.trainingMails} mails of the SpamAssassin corpus to train on, ${recipe.fineTuning.evaluationMails} kept aside, half of them spam;
the first ${recipe.fineTuning.length} tokens of each.</p>
${htmlTable(fineTunedRows(results))}
<p>The whole job took ${(results.seconds / 60).toFixed(1)} minutes.</p>
</body>
</html>
`;
}

/** The curves alone, as one SVG file that needs no other: a figure for a README. */
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

function furtherHtml({ further, recipe }: Results): string {
  if (further === undefined) return "";
  const { batchSize, sequenceLength } = recipe.furtherPretraining!;
  return `<p>“Further pretrained” went on for ${further.pretrained.step.toLocaleString("en-US")} steps of ${batchSize} × ${sequenceLength} tokens in ${(further.pretrained.seconds / 60).toFixed(1)} minutes,
on ${further.mails.toLocaleString("en-US")} mails without their labels (${further.tokens.toLocaleString("en-US")} tokens), none of them among those below.</p>
`;
}

function charts({ pretrained: { curve }, unigram, commonerNext }: Results): string[] {
  const points = (value: (point: (typeof curve)[number]) => number) =>
    curve.map((point) => ({ x: point.step, y: value(point) }));
  return [
    lineChart({
      title: "Masked-LM loss (nats, training batches)",
      xLabel: "step",
      series: [{ label: "masked-LM loss", color: "#2a78d6", points: points((point) => point.maskedLmLoss) }],
      references: [{ label: "unigram, kept aside", y: unigram.loss }],
    }),
    lineChart({
      title: "Masked-LM accuracy (training batches)",
      xLabel: "step",
      series: [{ label: "masked-LM accuracy", color: "#2a9d5c", points: points((point) => point.maskedLmAccuracy) }],
      references: [{ label: "unigram, kept aside", y: unigram.accuracy }],
      format: (y) => `${(100 * y).toFixed(0)} %`,
    }),
    lineChart({
      title: "Next-sentence accuracy (training batches)",
      xLabel: "step",
      series: [
        { label: "next-sentence accuracy", color: "#d6722a", points: points((point) => point.nextSentenceAccuracy) },
      ],
      references: [{ label: "the commoner label, kept aside", y: commonerNext }],
      format: (y) => `${(100 * y).toFixed(0)} %`,
    }),
  ];
}

function htmlTable([head, ...rows]: string[][]): string {
  const cells = (row: string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>\n${cells(head!, "th")}\n${rows.map((row) => cells(row, "td")).join("\n")}\n</table>`;
}
