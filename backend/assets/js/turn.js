// The signer's pages: the pad, and what must survive a look at the phone, a reload or a PIN reset in another tab.
// Without scripts the typed signature stands in for the drawing.
"use strict";

// A page that the browser kept and shows again on the way back is asked for anew: the turn may have been signed since.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

{
const turn = location.pathname.split("/").slice(0, 3).join("/");
const shown = document.querySelector("input[name=dilihat]");
const prefix = `mohor:${turn}:`;

// What this tab keeps is bound to the turn and to the very bytes: a changed document begins anew (SIGN-7).
const kept = {
  all() { return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix)); },
  key(name) { return `${prefix}${shown ? shown.value : ""}:${name}`; },
  get(name) {
    try { return JSON.parse(sessionStorage.getItem(this.key(name))); } catch { return null; }
  },
  // A full or forbidden store costs the convenience, not the signature.
  put(name, value) { try { sessionStorage.setItem(this.key(name), JSON.stringify(value)); } catch { /* none */ } },
  forget(which) { for (const key of this.all().filter(which)) sessionStorage.removeItem(key); },
};
if (shown) kept.forget((key) => !key.startsWith(`${prefix}${shown.value}:`));
// Signed, or nothing left to do: the drawing is in the document, and nowhere else.
if (document.querySelector("[data-turn-over]")) kept.forget(() => true);

// The tick and the place in the document (SCR-2).
const tick = document.querySelector("form.gated input.gate");
if (tick) {
  if (kept.get("tick")) { tick.checked = true; tick.dispatchEvent(new Event("change")); }
  tick.addEventListener("change", () => kept.put("tick", tick.checked));
}
const sheets = document.querySelector(".sheets");
if (sheets && shown) {
  const place = kept.get("place");
  if (place) { sheets.scrollTop = place.sheets; scrollTo(0, place.page); }
  let due = null;
  const remember = () => {
    clearTimeout(due);
    due = setTimeout(() => kept.put("place", { sheets: sheets.scrollTop, page: scrollY }), 200);
  };
  sheets.addEventListener("scroll", remember, { passive: true });
  addEventListener("scroll", remember, { passive: true });
}

// The typed signature and how it will look.
const typed = document.getElementById("taip");
if (typed) {
  const look = document.querySelector(".typed-look");
  const update = () => { if (look) look.textContent = typed.value; };
  const before = kept.get("taip");
  if (before && !typed.value) { typed.value = before; typed.closest("details").open = true; }
  typed.addEventListener("input", () => { kept.put("taip", typed.value); update(); });
  update();
}

// The tag of the code that the phone shows: looked for again, and not while nobody looks at it.
const tag = document.getElementById("tanda");
if (tag) setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("tanda");
    if (now && now.textContent !== tag.textContent) tag.replaceChildren(...now.childNodes);
  } catch { /* Away for a moment: the next look finds it. */ }
}, 4000);

// The pad. Strokes are vectors in the pixels of the pad they began on (`view`); another size or direction of the
// screen shows them scaled and centred, and what is drawn beside them then widens the view. What is sent is the
// view as points between 0 and 1 with its aspect, so nothing is ever stretched.
const INK = "#111827";
class Pad {
  constructor(box) {
    this.box = box;
    this.canvas = box.querySelector("canvas");
    this.field = document.getElementById(box.dataset.pad);
    this.context = this.canvas.getContext("2d");
    const before = kept.get("pad");
    this.strokes = before ? before.strokes : [];
    this.view = before ? before.view : null;
    this.undone = [];
    this.current = null;
    this.listen();
    // A phone that turns under the finger ends the stroke where it is, and loses nothing.
    new ResizeObserver(() => { this.current = null; this.keep(); }).observe(this.canvas);
    this.keep();
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!this.strokes.length || !this.view) this.view = [0, 0, Math.max(width, 1), Math.max(height, 1)];
    const [left, top, wide, high] = this.view;
    const scale = Math.min(width / wide, height / high) || 1;
    return { scale, x: (width - wide * scale) / 2 - left * scale, y: (height - high * scale) / 2 - top * scale };
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const clamp = (value, most) => Math.min(most, Math.max(0, value));
    const { scale, x, y } = this.at;
    const round = (value) => Math.round(value * 10) / 10;
    return [round((clamp(event.clientX - box.left, box.width) - x) / scale),
      round((clamp(event.clientY - box.top, box.height) - y) / scale)];
  }

  draw() {
    const { canvas, context } = this;
    const density = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * density);
    const height = Math.round(canvas.clientHeight * density);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    const { scale, x, y } = this.current ? this.at : this.fit();
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    context.setTransform(density * scale, 0, 0, density * scale, density * x, density * y);
    context.lineWidth = 2.6 / Math.min(scale, 1);
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = INK;
    for (const stroke of this.strokes) this.line(stroke);
  }

  // Through the middles of neighbouring points: a smooth line without waiting for the next point.
  line(stroke) {
    const { context } = this;
    context.beginPath();
    context.moveTo(...stroke[0]);
    if (stroke.length === 1) context.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
    for (let at = 1; at < stroke.length - 1; at += 1) {
      const [x, y] = stroke[at];
      context.quadraticCurveTo(x, y, (x + stroke[at + 1][0]) / 2, (y + stroke[at + 1][1]) / 2);
    }
    if (stroke.length > 1) context.lineTo(...stroke[stroke.length - 1]);
    context.stroke();
  }

  widen() {
    let [left, top, wide, high] = this.view;
    let [right, bottom] = [left + wide, top + high];
    for (const [x, y] of this.strokes.flat()) {
      left = Math.min(left, x); right = Math.max(right, x);
      top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
    this.view = [left, top, right - left, bottom - top];
  }

  keep() {
    this.fit();
    if (this.strokes.length) this.widen();
    const [left, top, wide, high] = this.view;
    const unit = (value) => Math.min(1, Math.max(0, Math.round(value * 10000) / 10000));
    const strokes = this.strokes.map((stroke) => stroke.map(([x, y]) => [unit((x - left) / wide), unit((y - top) / high)]));
    const aspect = Math.min(10, Math.max(0.1, Math.round((wide / high) * 1000) / 1000));
    this.field.value = strokes.flat().length > 4 ? JSON.stringify({ strokes, aspect }) : "";
    kept.put("pad", { strokes: this.strokes, view: this.view });
    for (const button of this.box.querySelectorAll("[data-undo], [data-clear]")) button.disabled = !strokes.length;
    for (const button of this.box.querySelectorAll("[data-redo]")) button.disabled = !this.undone.length;
    this.draw();
  }

  begin(event) {
    // A second finger draws nothing; but one whose end was never told blocks nobody.
    if ((this.current && this.canvas.hasPointerCapture(this.pointer)) || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.preventDefault();
    this.at = this.fit();
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.undone = [];
    this.current = [this.point(event)];
    this.strokes.push(this.current);
    this.draw();
  }

  go(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of events.length ? events : [event]) {
      const next = this.point(each);
      const last = this.current[this.current.length - 1];
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) * this.at.scale > 1.5) this.current.push(next);
    }
    this.draw();
  }

  end(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    this.current = null;
    this.keep();
  }

  fill(full) {
    this.box.classList.toggle("full", full);
    document.documentElement.classList.toggle("pad-open", full);
    this.box.querySelector(full ? "[data-done]" : "[data-full]").focus();
    this.draw();
  }

  listen() {
    const { box, canvas } = this;
    const on = (mark, act) => box.querySelector(`[data-${mark}]`).addEventListener("click", act);
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, (event) => this.end(event));
    on("undo", () => { this.undone.push(this.strokes.pop()); this.keep(); });
    on("redo", () => { this.strokes.push(this.undone.pop()); this.keep(); });
    on("clear", () => { this.undone = []; this.strokes = []; this.view = null; this.keep(); });
    on("full", () => this.fill(true));
    on("done", () => this.fill(false));
    box.addEventListener("keydown", (event) => {
      if (!box.classList.contains("full")) return;
      if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); this.fill(false); }
      if (event.key === "Tab") this.stay(event);
    });
  }

  // In full screen nothing else can be seen, so nothing else takes the focus.
  stay(event) {
    const buttons = [...this.box.querySelectorAll("button")].filter((one) => !one.disabled && one.offsetParent);
    const next = buttons.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
    event.preventDefault();
    buttons[(next + buttons.length) % buttons.length].focus();
  }
}
for (const box of document.querySelectorAll("[data-pad]")) new Pad(box);

}
