// A process that reads a file of the repository "owner/tiny" and prints its size or the error message. Settings come from
// the environment. It first switches to USER-ID, if permitted. usage: read-from-hub.ts NAME [USER-ID]
import { hubFolder } from "../hub-folder.ts";

const [name, user] = process.argv.slice(2);
if (user !== undefined && process.getuid!() === 0) process.setuid!(Number(user));
try {
  const bytes = await hubFolder("owner/tiny").read(name!);
  console.log(bytes?.length);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
