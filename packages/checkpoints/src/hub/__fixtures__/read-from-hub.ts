// A process that reads a file of the repository "owner/tiny" and prints how many bytes it has; settings by environment.
// usage: read-from-hub.ts NAME
import { hubFolder } from "../hub-folder.ts";

const bytes = await hubFolder("owner/tiny").read(process.argv[2]!);
console.log(bytes?.length);
