// Notices that come while a page is open: shown at its edge, so that nothing on it moves.
(() => {
  const EVERY = 60000;
  const late = document.getElementById("notices-late");
  const language = document.documentElement.lang;
  const known = new Set([...document.querySelectorAll("[data-notice]")].map((one) => one.dataset.notice));

  function added({ id, level, ko, en }) {
    const note = document.createElement("p");
    note.className = "notice";
    note.dataset.level = level;
    note.dataset.notice = id;
    const kind = document.createElement("strong");
    kind.textContent = late.dataset[level];
    const said = document.createElement("span");
    said.textContent = language === "ko" ? ko : en;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "small";
    close.textContent = late.dataset.close;
    close.addEventListener("click", () => note.remove());
    note.append(kind, " ", said, " ", close);
    late.append(note);
  }

  async function look() {
    if (document.hidden) return;
    let shown;
    try {
      const answer = await fetch("/api/notices");
      if (!answer.ok) return;
      shown = await answer.json();
    } catch {
      return; // the next look may find the network again
    }
    const ids = new Set(shown.map((one) => String(one.id)));
    for (const one of shown) if (!known.has(String(one.id))) { known.add(String(one.id)); added(one); }
    for (const note of document.querySelectorAll("[data-notice]")) {
      if (ids.has(note.dataset.notice)) continue;
      if (late.contains(note)) note.remove();
      else note.style.visibility = "hidden"; // its place stays, so that nothing moves
    }
  }

  setInterval(look, EVERY * (0.9 + 0.2 * Math.random()));
  document.addEventListener("visibilitychange", look);
})();
