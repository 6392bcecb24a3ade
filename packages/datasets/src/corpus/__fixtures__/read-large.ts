// A process that writes a text file of the given megabytes and reads it as a corpus, in groups. Prints as JSON the bytes,
// the documents and sentences, and the peak of resident memory. Linux only.
// usage: read-large.ts FILE MEGABYTES LAYOUT
import { createWriteStream, readFileSync } from "node:fs";
import { once } from "node:events";
import { readCorpus, type CorpusLayout } from "../../index.ts";

const [file, megabytes, layout] = process.argv.slice(2) as [string, string, CorpusLayout];
const stream = createWriteStream(file);
let state = 1;
let bytes = 0;
let expected = 0;
while (bytes < Number(megabytes) * 1e6) {
  let text = "";
  for (let document = 0; document < 200; document++, expected++) {
    for (let sentence = 0; sentence < 12; sentence++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      text += `Sentence ${state} of a document says that number ${state >>> 7} is not ${state >>> 11}.\n`;
    }
    text += "\n";
  }
  bytes += text.length;
  if (!stream.write(text)) await once(stream, "drain");
}
stream.end();
await once(stream, "close");

const corpus = await readCorpus(file, { layout });
let documents = 0;
let sentences = 0;
for (const group of corpus.groups({ seed: 1 }))
  for await (const block of corpus.blocks(group, 1 << 22))
    for (const document of block) {
      documents++;
      sentences += document.length;
    }
const peak = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]);
console.log(JSON.stringify({ bytes, expected, documents, sentences, peak }));
