/** Preloaded into a process: as it ends it says on stderr how much processor time it took, in microseconds. */
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write(`cpu ${user + system}\n`);
});
