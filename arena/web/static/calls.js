// Calls of the arena's API: an answer, a refusal in the citizen's language, or a lost connection.
import { say, words } from "./words.js";

export class Refusal extends Error {
  constructor(status, body) {
    super(body.message ?? say("lost"));
    this.status = status;
    this.code = body.error ?? "internal";
    this.battle = body.battle;
  }
}

// Whoever reads the page in one language is answered in it, whatever another tab has chosen since.
export const spoken = { "Arena-Language": words.language };

export function call(method, path, body) {
  return body === undefined ? send(method, path) : send(method, path, JSON.stringify(body), "application/json");
}

// Sends a text or a file as it is.
export async function send(method, path, body, type = body?.type || "application/octet-stream") {
  let answer, text;
  try {
    answer = await fetch(`/api/${path}`, {
      method,
      headers: body === undefined ? spoken : { ...spoken, "Content-Type": type },
      body,
      credentials: "same-origin",
    });
    text = await answer.text();
  } catch {
    throw new Refusal(0, {});
  }
  let read = {};
  try {
    read = text ? JSON.parse(text) : {};
  } catch {
    if (answer.ok) throw new Refusal(0, {});
  }
  if (!answer.ok) throw new Refusal(answer.status, read);
  if (answer.status === 202) read.waiting.after = Number(answer.headers.get("Retry-After"));
  return read;
}

export async function persistently(attempt, waiting) {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status && error.status < 500)) throw error;
      waiting();
      await pause(tries);
    }
  }
}

// Waits longer each time, never in step with other citizens, and no longer once the network is back.
export function pause(tries) {
  return nap(Math.min(8000, 400 * 2 ** tries) * (0.5 + Math.random()));
}

// Ends early when there may be news, or when `whose.wake` is called.
export function nap(length, whose = {}) {
  return new Promise((resolve) => {
    const done = whose.wake = () => {
      clearTimeout(timer);
      for (const name of ["online", "pageshow"]) removeEventListener(name, done);
      document.removeEventListener("visibilitychange", done);
      resolve();
    };
    const timer = setTimeout(done, length);
    for (const name of ["online", "pageshow"]) addEventListener(name, done);
    document.addEventListener("visibilitychange", done);
  });
}

// One press is one call: while it runs, further presses of the same button are nothing.
export function once(button, work) {
  let running = false;
  return async (event) => {
    event?.preventDefault();
    if (running) return;
    running = true;
    button.setAttribute("aria-disabled", "true");
    try {
      await work(event);
    } finally {
      running = false;
      button.removeAttribute("aria-disabled");
    }
  };
}
