// Counts interrupts for a second after the first one, then prints its arguments and exits with 7.
let interrupts = 0;
const alive = setInterval(() => {}, 1000);
process.on("SIGINT", () => {
  interrupts++;
  if (interrupts > 1) return;
  setTimeout(() => {
    process.stdout.write(`${JSON.stringify({ interrupts, args: process.argv.slice(2) })}\n`);
    clearInterval(alive);
    process.exitCode = 7;
  }, 1000);
});
process.stdout.write("ready\n");
