// Gradio takes its language from the browser; here the page's own language counts, before Gradio starts.
(() => {
  const language = document.documentElement.lang;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });
  // Gradio's document base is its mount: a link to a place on this page must stay on this page.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a.skip");
    if (!link) return;
    event.preventDefault();
    const place = document.querySelector(link.getAttribute("href"));
    place?.focus();
    place?.scrollIntoView();
  });
})();
