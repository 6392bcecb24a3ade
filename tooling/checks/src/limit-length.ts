interface WithEncoder {
  readonly encoder?: { readonly maxTokens?: number | undefined };
}

/**
 * The options with a `maxLength` of at most the encoder's `maxTokens`, so that neither texts nor padding exceed it.
 *
 * @param head a head, a `CrossEncoder`, or an object of the caller's that may lack an encoder
 * @param longest default of `maxLength`
 */
export function limitLength<Options extends { readonly maxLength?: number }>(
  head: object,
  options: Options,
  longest = 128,
): Options & { readonly maxLength: number } {
  const { maxLength = longest } = options;
  const { encoder, classifier } = head as WithEncoder & { readonly classifier?: WithEncoder };
  const { maxTokens = Infinity } = encoder ?? classifier?.encoder ?? {};
  return { ...options, maxLength: maxLength > maxTokens ? maxTokens : maxLength };
}
