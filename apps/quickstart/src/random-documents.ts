import { anyDocument, nearbyDocument, withinCorpora, type RandomDocument } from "@bertkit/pretraining";

/** With probability `nearby` one of the ten documents before and after, otherwise any. */
export function mostlyNearby(nearby: number): RandomDocument {
  const near = nearbyDocument(10);
  return (...draw) => (draw[2].random() < nearby ? near : anyDocument)(...draw);
}

/** The same in the first corpus; in the second, any document of that corpus. */
export function mostlyNearbyBeside(nearby: number, first: number, second: number): RandomDocument {
  return withinCorpora([first, second], [mostlyNearby(nearby), anyDocument]);
}
