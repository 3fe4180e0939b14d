/** Search as you type, in a dialog that `/` opens: Pagefind's index, loaded on first use. Where it cannot be loaded (a page opened from disk) Enter leads to the index page. */
(() => {
  const root = new URL(document.documentElement.dataset.root || "./", document.baseURI);
  const opener = document.querySelector("[data-search]");
  if (opener === null) return;
  let engine;
  let dialog;
  let typed = 0;

  const build = () => {
    dialog = document.createElement("dialog");
    dialog.className = "search";
    dialog.setAttribute("aria-label", "Search");
    dialog.innerHTML = `<form role="search"><svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/></svg>
      <input type="search" name="q" placeholder="Search tables and columns" aria-label="Search tables and columns" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list" autocomplete="off" spellcheck="false"><kbd>esc</kbd></form>
      <div class="found" id="found" role="listbox" aria-label="Found" tabindex="-1" hidden></div><p class="hint" role="status">A table, a column, a word its author wrote.</p>`;
    document.body.append(dialog);
    const input = dialog.querySelector("input");
    input.addEventListener("input", () => look(input.value));
    dialog.addEventListener("keydown", onKey);
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); follow(); });
  };

  const open = async () => {
    if (dialog === undefined) build();
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input").select();
    engine ??= import(new URL("pagefind/pagefind.js", root).href).then(
      async (pagefind) => { await pagefind.options({ baseUrl: root.pathname, excerptLength: 18 }); await pagefind.init(); return pagefind; },
      // Asked again when the search is opened next.
      () => { engine = undefined; },
    );
    await engine;
  };

  const look = async (text) => {
    const turn = ++typed;
    const found = dialog.querySelector(".found");
    if (text.trim() === "") return tell(found, [], "A table, a column, a word its author wrote.");
    const pagefind = await engine;
    if (pagefind === undefined) return tell(found, [], "Enter looks it up in the index.");
    const answer = await pagefind.debouncedSearch(text, {}, 60);
    if (answer === null || turn !== typed) return;
    const results = await Promise.all(answer.results.slice(0, 8).map((result) => result.data()));
    if (turn !== typed) return;
    const items = results.flatMap((page) => {
      const parts = page.sub_results.filter((part) => part.url.includes("#column-") || part.url.includes("#parameter-")).slice(0, 4);
      const whole = entry(page.url, page.meta.title, page.excerpt, "whole");
      if (parts.length > 0 && page.meta.summary) whole.querySelector("p").textContent = page.meta.summary;
      return [whole, ...parts.map((part) => entry(part.url, part.title, part.excerpt, "part"))];
    });
    tell(found, items, items.length === 0 ? "Nothing of that name." : answer.results.length > 8 ? `The first 8 of ${answer.results.length} tables.` : "");
  };

  /** Excerpts come from Pagefind as safe HTML with `<mark>`; titles are text. */
  const entry = (url, title, excerpt, kind) => {
    const link = document.createElement("a");
    link.href = url;
    link.className = kind;
    link.setAttribute("role", "option");
    link.tabIndex = -1;
    const name = document.createElement("b");
    name.textContent = title;
    const words = document.createElement("p");
    words.innerHTML = excerpt;
    if (words.textContent.startsWith(`${title.split(".").at(-1)}. `)) {
      const named = words.firstChild;
      named.textContent = named.textContent.slice(title.split(".").at(-1).length + 1).trimStart();
    }
    link.append(name, words);
    return link;
  };

  const tell = (found, items, hint) => {
    found.replaceChildren(...items);
    found.hidden = items.length === 0;
    items.forEach((item, at) => { item.id = `found-${at}`; });
    dialog.querySelector("input").setAttribute("aria-expanded", String(items.length > 0));
    const line = dialog.querySelector(".hint");
    line.textContent = hint;
    line.hidden = hint === "";
    choose(0);
  };

  const items = () => [...dialog.querySelectorAll(".found a")];
  const chosen = () => items().findIndex((item) => item.getAttribute("aria-selected") === "true");
  const choose = (wanted) => {
    const all = items();
    all.forEach((item, at) => item.setAttribute("aria-selected", String(at === wanted)));
    const input = dialog.querySelector("input");
    if (all[wanted] === undefined) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[wanted].id);
    all[wanted].scrollIntoView({ block: "nearest" });
  };

  const follow = () => {
    const item = items()[chosen()];
    const text = dialog.querySelector("input").value.trim();
    if (item === undefined && text === "") return;
    location.href = item === undefined ? new URL(`search.html?q=${encodeURIComponent(text)}`, root).href : item.href;
    dialog.close();
  };

  const onKey = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = items().length;
    if (step === undefined || count === 0) return;
    event.preventDefault();
    choose((chosen() + step + count) % count);
  };

  opener.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  addEventListener("keydown", (event) => {
    const writing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]") !== null;
    const slash = event.key === "/" && !writing && !event.metaKey && !event.ctrlKey && !event.altKey;
    const palette = event.key === "k" && (event.metaKey || event.ctrlKey);
    if (!slash && !palette) return;
    event.preventDefault();
    open();
  });
})();
