// One stream carries both replies. Every read error, and every silence, is a reconnect.
import { pause, spoken } from "./calls.js";

const SILENCE = 15000; // the server says something every 5 s
const CLOSING = new Set(["open", "voted", "void"]);
const GONE = new Set([403, 404, 409, 410, 422]);

export function follow(battle, on) {
  let last = "", stopped = false, tries = 0, control = null;

  const stop = () => { if (!stopped) { stopped = true; control?.abort(); } };
  const again = () => { if (!document.hidden && quiet()) control?.abort(); };
  let heard = Date.now();
  const quiet = () => Date.now() - heard > SILENCE / 2;

  async function read() {
    control = new AbortController();
    heard = Date.now();
    const watch = setInterval(() => Date.now() - heard > SILENCE && control.abort(), 1000);
    let end = null;
    try {
      const answer = await fetch(`/api/battles/${battle}/events?render=html`, {
        headers: last ? { ...spoken, "Last-Event-ID": last } : spoken,
        signal: control.signal,
        credentials: "same-origin",
        cache: "no-store",
      });
      if (GONE.has(answer.status)) return { kind: "gone" };
      if (!answer.ok) return null;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return end;
        heard = Date.now();
        tries = 0;
        const parts = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
          const event = parse(part);
          if (event.id) last = event.id;
          if (event.kind === "blocks") on.blocks(event.data);
          if (CLOSING.has(event.kind)) end = event; // the server ends the stream now
        }
        if (!end) on.heard();
      }
    } catch {
      return end; // a cut network, a restarted server, a phone that slept: all the same
    } finally {
      clearInterval(watch);
    }
  }

  (async () => {
    document.addEventListener("visibilitychange", again);
    for (const name of ["online", "pageshow"]) addEventListener(name, again);
    while (!stopped) {
      const end = await read();
      if (stopped) break;
      if (end) { stopped = true; on.end(end); break; }
      on.lost(tries);
      await pause(tries++);
    }
    document.removeEventListener("visibilitychange", again);
    for (const name of ["online", "pageshow"]) removeEventListener(name, again);
  })();
  return stop;
}

function parse(part) {
  const event = { kind: "message", id: "", data: null };
  const data = [];
  for (const line of part.split("\n")) {
    const cut = line.indexOf(":");
    if (cut < 1) continue;
    const value = line.slice(cut + 1).replace(/^ /, "");
    if (line.startsWith("event:")) event.kind = value;
    else if (line.startsWith("id:")) event.id = value;
    else if (line.startsWith("data:")) data.push(value);
  }
  if (data.length) event.data = JSON.parse(data.join("\n"));
  return event;
}
