// Preloaded into a program started by a script: if the script is killed, the program gets SIGHUP.
process.on("disconnect", () => process.kill(process.pid, "SIGHUP"));
process.channel?.unref();
