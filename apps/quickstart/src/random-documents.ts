import { anyDocument, nearbyDocument, withinCorpora, type RandomDocument } from "@bertkit/pretraining";

/** From the ten documents before and after with a probability of `nearby`, else from any. */
export function mostlyNearby(nearby: number): RandomDocument {
  const near = nearbyDocument(10);
  return (...draw) => (draw[2].random() < nearby ? near : anyDocument)(...draw);
}

/** The same in the first corpus, any document of the same corpus in the second. */
export function mostlyNearbyBeside(nearby: number, first: number, second: number): RandomDocument {
  return withinCorpora([first, second], [mostlyNearby(nearby), anyDocument]);
}
