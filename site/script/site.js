/** What script adds to every page: copy buttons, the section one is reading, and the filters of lists. Without it nothing is missing. */
(() => {
  for (const code of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const text = code.querySelector("pre")?.textContent ?? "";
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
        button.dataset.done = "";
      } catch {
        // No clipboard on this page (an insecure address): select the text, so that the keyboard can copy it.
        getSelection()?.selectAllChildren(code.querySelector("pre") ?? code);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; delete button.dataset.done; }, 1600);
    });
    code.append(button);
  }

  const entries = [...document.querySelectorAll(".toc a")];
  const sections = entries.map((entry) => document.getElementById(decodeURIComponent(entry.hash.slice(1))));
  if (entries.length > 0) {
    const follow = () => {
      const passed = sections.filter((section) => section !== null && section.getBoundingClientRect().top < 160).length;
      const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
      const now = atEnd ? entries.length - 1 : passed - 1;
      entries.forEach((entry, at) => { if (at === now) entry.setAttribute("aria-current", "true"); else entry.removeAttribute("aria-current"); });
    };
    addEventListener("scroll", follow, { passive: true });
    follow();
  }

  /** Shows only the items whose text has every word. */
  const filter = (items, wanted) => {
    const words = wanted.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let shown = 0;
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown += 1;
    }
    const none = document.querySelector("[data-none]");
    if (none !== null) none.hidden = shown > 0;
  };
  const box = document.querySelector("[data-filter]");
  if (box !== null) {
    box.hidden = false;
    const items = [...document.querySelectorAll("[data-tables] > li")];
    box.querySelector("input").addEventListener("input", (event) => filter(items, event.target.value));
  }

  const wanted = new URLSearchParams(location.search).get("q");
  if (wanted !== null && document.querySelector("[data-index]") !== null) filter([...document.querySelectorAll("[data-entry]")], wanted);
})();
