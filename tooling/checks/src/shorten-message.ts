const longest = 2000;

/**
 * Shortens a message in the middle if texts from a file make it long: the problem is at its start, and the fix at its
 * end.
 */
export function shortenMessage(message: string): string {
  if (typeof message !== "string" || message.length <= longest) return message;
  return `${message.slice(0, longest / 2)} … ${message.slice(3 - longest / 2)}`;
}
