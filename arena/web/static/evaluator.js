// The evaluators' own parts of their console: handing in given scores, and making and fetching exports.
(() => {
  const ask = async (method, path, body) => {
    const answer = await fetch(`/api/evaluator/${path}`, { method, body, credentials: "same-origin" });
    const read = await answer.json();
    if (!answer.ok) throw new Error(read.message);
    return read;
  };

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  function sheet(form) {
    const file = document.getElementById("sheet-file");
    const said = document.getElementById("sheet-said");
    const mistakes = document.getElementById("sheet-mistakes");
    const show = (text, wrong = []) => {
      said.textContent = text;
      mistakes.replaceChildren(...wrong.map(({ message }) => element("li", message)));
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!file.files.length) return show(said.dataset.none);
      try {
        const found = await ask("PUT", "scores", file.files[0]);
        show(found.taken ? said.dataset.taken : said.dataset.wrong.replace("{count}", found.mistakes.length), found.mistakes);
        if (found.taken) document.getElementById("sig-score")?.click();
      } catch (error) {
        show(error.message);
      }
    });
  }

  function bundle(section) {
    const { kind } = section.dataset;
    const part = (selector) => section.querySelector(selector);
    const said = part(".export-said"), bar = part("progress"), make = part(".make"), whole = part(".whole");
    const size = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MB`;
    let timer;

    function show(job) {
      const running = job.state === "running", done = job.state === "ready" && job.current;
      said.textContent = section.dataset[job.state === "ready" && !job.current ? "old" : job.state];
      bar.hidden = !running;
      bar.value = job.progress;
      make.setAttribute("aria-disabled", running);
      whole.hidden = part("details").hidden = !job.files.length;
      if (done && document.activeElement === make) whole.focus();
      make.hidden = done;
      if (!running) {
        part(".size").textContent = `(${size(job.bytes)})`;
        part("ul").replaceChildren(...job.files.map(({ name, bytes }) => {
          const item = element("li", ` ${size(bytes)}`);
          const link = Object.assign(element("a", name), { className: "link", href: `/api/evaluator/exports/${kind}/files/${name}`, download: name });
          item.prepend(link);
          return item;
        }));
      }
      clearTimeout(timer);
      if (running) timer = setTimeout(() => look("GET", `exports/${kind}/status`), 1000);
    }

    async function look(method, path) {
      try {
        show(await ask(method, path));
      } catch (error) {
        said.textContent = error.message;
      }
    }

    make.addEventListener("click", () => {
      if (make.getAttribute("aria-disabled") !== "true") look("POST", `exports/${kind}`);
    });
    look("GET", `exports/${kind}/status`);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("sheet");
    if (form) sheet(form);
    document.querySelectorAll(".export").forEach(bundle);
  });
})();
