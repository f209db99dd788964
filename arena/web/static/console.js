// What every console does: changes carry the page's token, who is no longer signed in is led to signing in,
// and wide tables are scrolled by keyboard too.
(() => {
  const token = document.querySelector('meta[name="arena-csrf"]').content;
  const language = document.documentElement.lang;
  const plain = window.fetch;
  const reading = new Set(["GET", "HEAD"]);

  function carrying(input, init = {}) {
    const given = input instanceof Request ? input : undefined;
    const method = (init.method ?? given?.method ?? "GET").toUpperCase();
    const address = new URL(given?.url ?? input, location.href);
    if (reading.has(method) || address.origin !== location.origin) return init;
    const headers = new Headers(init.headers ?? given?.headers);
    headers.set("Arena-Csrf", token);
    headers.set("Arena-Language", language);
    return { ...init, headers };
  }

  window.fetch = async (input, init) => {
    const answer = await plain(input, carrying(input, init));
    if (answer.status === 401) location.assign(`/${language}/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return answer;
  };

  // What a button came to is read aloud; Gradio has no place of its own for that.
  new MutationObserver(() => {
    for (const place of document.querySelectorAll(":is(.prose.reply, .prose.spoken):not([role])")) place.setAttribute("role", "status");
  }).observe(document.documentElement, { childList: true, subtree: true });

  // A table that is wider than the page is scrolled by keyboard too, and says what it is.
  function reachable() {
    for (const box of document.querySelectorAll("gradio-app .figures")) {
      if (box.tabIndex === 0 || !box.querySelector("table")) continue;
      const heads = [...document.querySelectorAll("gradio-app h2")];
      const before = heads.filter((head) => head.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", (before ?? document.getElementById("title")).textContent);
    }
  }

  // A chart that has nothing to show has a name with Gradio, and nothing that could bear it.
  function named() {
    for (const empty of document.querySelectorAll("gradio-app .empty[aria-label]:not([role])")) empty.setAttribute("role", "img");
  }

  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(named).observe(document.body, { childList: true, subtree: true });
    new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
  });
})();
