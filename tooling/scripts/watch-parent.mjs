// Preloaded into a program that a script starts: when the script is killed, the program ends as with a closed terminal.
process.on("disconnect", () => process.kill(process.pid, "SIGHUP"));
process.channel?.unref();
