// A process that reads a file of the repository "owner/tiny" and prints how many bytes it has, or the error's message;
// settings by environment. usage: read-from-hub.ts NAME [USER-ID], which it becomes first where it may
import { hubFolder } from "../hub-folder.ts";

const [name, user] = process.argv.slice(2);
if (user !== undefined && process.getuid!() === 0) process.setuid!(Number(user));
try {
  const bytes = await hubFolder("owner/tiny").read(name!);
  console.log(bytes?.length);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
