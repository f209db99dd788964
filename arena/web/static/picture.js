// The picture that a question comes with: kept by the server as soon as it is picked, shown as the server keeps it.
import { pause, send } from "./calls.js";
import { $, say, tell } from "./words.js";

const NAME = "picture", TRIES = 5, NONE = { get images() { return []; }, set() {}, whole: async () => true };
export const address = (picture) => `/api/pictures/${picture}`;

// Many may send one at once: then hers is sent again, a little later.
async function sent(chosen) {
  for (let tries = 1; ; tries++) {
    try {
      return await send("POST", "pictures", chosen);
    } catch (error) {
      if (error.status !== 503 || tries === TRIES) throw error;
      await pause(tries);
    }
  }
}

const forget = (picture) => send("DELETE", `pictures/${picture}`).catch(() => {});

export function attachment(refused) {
  if (!$("picture")) return NONE;
  const file = $("picture-file"), image = $("picture-image");
  let kept = "", coming = null, picked = 0;
  const put = (picture) => {
    kept = picture;
    if (kept) sessionStorage.setItem(NAME, kept);
    else sessionStorage.removeItem(NAME);
    $("picture-shown").hidden = !kept;
    $("picture-pick").textContent = say(kept ? "picture_other" : "picture_pick");
    if (kept) image.src = address(kept);
    else image.removeAttribute("src");
  };
  const drop = () => {
    const gone = kept;
    put("");
    if (gone) forget(gone);
  };
  const add = async (chosen, pick) => {
    tell("alert", "");
    tell("picture-status", say("picture_sending"));
    try {
      const { picture } = await sent(chosen);
      if (pick !== picked) { // she has picked another one since, or taken hers away
        forget(picture);
        return true;
      }
      drop();
      put(picture);
      tell("picture-status", say("picture_ready"));
      return true;
    } catch (error) {
      if (pick !== picked) return true;
      tell("picture-status", "");
      await refused(error);
      return false;
    }
  };
  const take = (chosen) => {
    const mine = coming = add(chosen, ++picked).finally(() => { if (coming === mine) coming = null; });
  };
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    file.value = ""; // so that the same file can be picked again
    if (chosen) take(chosen);
  });
  $("prompt").addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    // Office programs copy a picture of the text beside the text.
    if (!pasted || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    take(pasted);
  });
  $("picture-remove").addEventListener("click", () => {
    picked++;
    drop();
    tell("picture-status", say("picture_removed"));
    file.focus();
  });
  image.addEventListener("error", () => {
    if (!kept) return;
    put("");
    tell("picture-status", say("picture_gone"));
  });
  put(sessionStorage.getItem(NAME) ?? "");
  return {
    get images() { return kept ? [kept] : []; },
    set(images) { picked++; put(images[0] ?? ""); tell("picture-status", ""); },
    whole: async () => (await coming) !== false, // a question that is sent waits for its picture
  };
}
