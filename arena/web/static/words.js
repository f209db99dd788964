// What the page says, in the page's language; written into the page by the server.
export const words = JSON.parse(document.getElementById("words").textContent);

export const $ = (id) => document.getElementById(id);

export function say(key, values = {}) {
  return words.script[key].replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString(words.language));
}

// What of a text was personal data and was taken out of it, "" where there was none.
export function missing(key, taken) {
  return taken.length ? say(key, { kinds: taken.map((kind) => say(`taken_${kind}`)).join(", ") }) : "";
}

export function tell(place, text, state = "") {
  const line = $(place);
  line.dataset.state = state;
  if (line.textContent !== text) line.textContent = text;
}
