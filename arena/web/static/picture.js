// The picture that a question comes with: kept by the server as soon as it is picked, shown as the server keeps it.
import { send } from "./calls.js";
import { $, say, tell } from "./words.js";

const NAME = "picture", NONE = { get images() { return []; }, set() {}, whole: async () => true };
export const address = (picture) => `/api/pictures/${picture}`;

export function attachment(refused) {
  if (!$("picture")) return NONE;
  const file = $("picture-file"), image = $("picture-image");
  let kept = "", coming = null;
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
    if (gone) send("DELETE", `pictures/${gone}`).catch(() => {});
  };
  const add = async (chosen) => {
    tell("alert", "");
    tell("picture-status", say("picture_sending"));
    try {
      const { picture } = await send("POST", "pictures", chosen);
      drop();
      put(picture);
      tell("picture-status", say("picture_ready"));
      return true;
    } catch (error) {
      tell("picture-status", "");
      await refused(error);
      return false;
    }
  };
  const take = (chosen) => {
    const mine = coming = add(chosen).finally(() => { if (coming === mine) coming = null; });
  };
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    file.value = ""; // so that the same file can be picked again
    if (chosen) take(chosen);
  });
  $("prompt").addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!pasted) return;
    event.preventDefault();
    take(pasted);
  });
  $("picture-remove").addEventListener("click", () => {
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
    set(images) { put(images[0] ?? ""); tell("picture-status", ""); },
    whole: async () => (await coming) !== false, // a question that is sent waits for its picture
  };
}
