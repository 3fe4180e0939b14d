/** Keeps the age of a table's newest commit true on a page that a server gave: asks that server now and then, and counts on in between. */
(() => {
  const told = document.querySelector("[data-freshness]");
  if (told === null || !location.protocol.startsWith("http")) return;
  const root = new URL(document.documentElement.dataset.root || "./", document.baseURI);
  const address = new URL(`api/schema/${encodeURIComponent(told.dataset.freshness)}`, root);
  const goal = told.dataset.goal === undefined ? undefined : Number(told.dataset.goal);
  /** Twice within the goal, and neither more often than each second nor more rarely than each ten. */
  const askEvery = Math.min(10_000, Math.max(1000, (goal ?? 20_000) / 2));

  /** As the pages are built: `3 s`, `15 min`, `2 hours`. */
  const span = (ms) => {
    if (ms < 1000) return `${Math.floor(ms)} ms`;
    if (ms < 60_000) return `${Math.floor(ms / 1000)} s`;
    if (ms < 7_200_000) return `${Math.floor(ms / 60_000)} min`;
    return ms < 172_800_000 ? `${Math.floor(ms / 3_600_000)} hours` : `${Math.floor(ms / 86_400_000)} days`;
  };

  /** Whether the server knows that no message waits for the table: then an old commit is no stale one. */
  let quiet = false;

  /** When it was committed, by the clock of this page; undefined when no server answers beside it. */
  const ask = async () => {
    const asked = performance.now();
    const reply = await fetch(address, { headers: { accept: "application/json" } }).catch(() => undefined);
    if (!reply?.ok || !(reply.headers.get("content-type") ?? "").startsWith("application/json")) return undefined;
    const { age, committed, lag } = await reply.json();
    if (typeof age !== "number") return undefined;
    quiet = lag === 0;
    const time = document.querySelector(".facts time");
    if (time !== null && time.dateTime !== committed) {
      const at = new Date(committed);
      time.dateTime = committed;
      time.firstChild.textContent = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
      time.querySelector("small").textContent = `${at.toISOString().slice(11, 16)} UTC`;
    }
    return asked - age * 1000;
  };

  const show = (committed) => {
    const age = Math.max(0, performance.now() - committed);
    told.querySelector("[data-age]").textContent = `${span(age)} old`;
    const then = told.querySelector("[data-then]");
    then.hidden = !quiet || goal === undefined || age <= goal;
    then.textContent = "nothing waits";
    if (goal === undefined) return;
    told.className = `freshness ${age > goal && !quiet ? "care" : "well"}`;
    told.querySelector("[data-part]").style.width = `${Math.min(100, (age / goal) * 100).toFixed(0)}%`;
  };

  const follow = async () => {
    let committed = await ask();
    let next = performance.now() + askEvery;
    while (committed !== undefined) {
      show(committed);
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
      if (document.hidden || performance.now() < next) continue;
      committed = await ask() ?? committed;
      next = performance.now() + askEvery;
    }
  };
  follow();
})();
