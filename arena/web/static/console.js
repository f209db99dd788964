// What every console does before Gradio starts: changes carry the page's token, and who is no longer signed in is led there.
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
    for (const place of document.querySelectorAll(".prose.reply:not([role])")) place.setAttribute("role", "status");
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
