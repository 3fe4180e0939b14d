/** The SQL box: sends what is written to POST api/sql beside the site, shows the first rows as they come, and stops the query when it has enough. */
(() => {
  const form = document.querySelector("[data-sql]");
  const root = new URL(form.dataset.root || "./", document.baseURI);
  const area = form.querySelector("textarea");
  const answer = document.querySelector("[data-answer]");
  const most = 500;
  let running;

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className !== undefined) made.className = className;
    return made;
  };

  /** Numbers keep all their digits: their text is shown, not what a double makes of it. */
  const parse = (line) => JSON.parse(line, (key, value, context) => (typeof value === "number" ? context?.source ?? String(value) : value));

  const readRows = async (response) => {
    const rows = [];
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : lines.pop();
      for (const line of lines) if (line.trim() !== "" && rows.length < most) rows.push(parse(line));
      if (done) return { rows, more: false };
      if (rows.length >= most) { await reader.cancel(); return { rows, more: true }; }
    }
  };

  const cell = (value) => {
    const text = value === null ? "null" : typeof value === "object" ? JSON.stringify(value) : String(value);
    const made = element("td", text.length > 300 ? `${text.slice(0, 300)}…` : text);
    if (value === null) made.className = "null";
    else if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) made.className = "number";
    return made;
  };

  const showRows = ({ rows, more }, response, took) => {
    const versions = response.headers.get("neuralake-version");
    const told = `${more ? `The first ${rows.length} rows` : rows.length === 1 ? "1 row" : `${rows.length} rows`} in ${took} ms${versions ? ` · ${versions.replaceAll("=", " at version ")}` : ""}`;
    const region = element("div", undefined, "sample");
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", "Rows");
    region.tabIndex = 0;
    const columns = Object.keys(rows[0] ?? {});
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const column of columns) { const th = element("th", column); th.scope = "col"; head.append(th); }
    const body = table.createTBody();
    for (const row of rows) body.insertRow().append(...columns.map((column) => cell(row[column])));
    region.append(table);
    answer.replaceChildren(element("p", told, "told"), ...(rows.length === 0 ? [] : [region]));
  };

  const showProblem = (problem) => {
    const box = element("div", undefined, "wrong");
    box.setAttribute("role", "alert");
    const place = problem.place?.line === undefined ? "" : `Line ${problem.place.line}, column ${problem.place.column ?? 1}: `;
    box.append(element("p", place + (problem.detail ?? problem.message ?? problem.title ?? "The server gave no reason.")));
    if (problem.hint) box.append(element("p", problem.hint));
    answer.replaceChildren(box);
    const { line, column } = problem.place ?? {};
    if (line === undefined) return;
    const start = area.value.split("\n").slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + (column ?? 1) - 1;
    area.focus();
    area.setSelectionRange(start, start + (/^\w+/.exec(area.value.slice(start))?.[0].length ?? 1));
  };

  const run = async () => {
    running?.abort();
    const mine = running = new AbortController();
    answer.replaceChildren(element("p", "Asking the lake", "told"));
    const began = performance.now();
    try {
      const response = await fetch(new URL("api/sql", root), {
        method: "POST", body: area.value, signal: mine.signal, headers: { "content-type": "text/plain", accept: "application/x-ndjson" },
      });
      if (!response.ok) return showProblem(await response.json().catch(() => ({ title: `The server answered ${response.status}.` })));
      const read = await readRows(response);
      showRows(read, response, Math.round(performance.now() - began));
    } catch (error) {
      if (mine === running) showProblem({ title: `The query did not come to its end: ${error.message}` });
    }
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  area.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) { event.preventDefault(); run(); } });
  form.querySelector("[data-pick]")?.addEventListener("change", (event) => {
    if (event.target.value === "") return;
    area.value = `SELECT *\nFROM ${event.target.value}\nLIMIT 20`;
    event.target.value = "";
    area.focus();
  });
  if (location.hash.length > 1 && location.hash !== "#terminal") area.value = decodeURIComponent(location.hash.slice(1));

  const answers = location.protocol === "file:" ? Promise.resolve(false) : fetch(new URL("healthz", root)).then((response) => response.ok, () => false);
  answers.then((served) => {
    form.hidden = !served;
    document.querySelector("[data-alone]").hidden = served;
  });
})();
