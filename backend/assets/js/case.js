// A case stays with the reviewer who still looks at it; one who went away is warned three minutes before it is handed
// on. Without scripts a button keeps it.
"use strict";

{
const MINUTE = 60_000;
const WARNED = 3 * MINUTE; // left when the warning shows
const FRESH = 15 * MINUTE; // left when nothing needs to be renewed yet
const notice = document.getElementById("tempoh");
const button = notice.querySelector("button");
let ends = Date.now() + Number(notice.dataset.left) * 1000;
let used = false;
let asking = false;

const tell = () => {
  const left = ends - Date.now();
  notice.hidden = left > WARNED;
  notice.querySelector(".soon").hidden = left <= 0;
  notice.querySelector(".over").hidden = left > 0;
  button.hidden = left <= 0;
};

// Only the token is sent: what was ticked stays where it is.
const renew = async () => {
  if (asking || Date.now() >= ends) return;
  asking = true;
  try {
    const body = new URLSearchParams({ csrf: button.form.elements.csrf.value });
    const answer = await fetch(button.formAction, { method: "POST", body, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("tempoh");
    if (answer.ok && now) {
      ends = Date.now() + Number(now.dataset.left) * 1000;
      for (const place of ["#hingga", "#tempoh .soon"]) {
        document.querySelector(place).textContent = page.querySelector(place).textContent;
      }
      used = false;
    }
  } catch { /* Away for a moment: the next look tries again. */ }
  asking = false;
  tell();
};

const look = () => {
  if (used && ends - Date.now() < FRESH) renew();
  tell();
};
for (const kind of ["pointerdown", "keydown", "scroll", "input"]) {
  addEventListener(kind, () => { used = true; if (!notice.hidden) look(); }, { passive: true, capture: true });
}
button.addEventListener("click", (event) => { event.preventDefault(); renew(); });
document.addEventListener("visibilitychange", tell);
setInterval(look, MINUTE / 4);
tell();
}
