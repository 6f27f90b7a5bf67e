// Mohor: what a page does better with scripts. Every page works without, the drawing pad apart: there the
// typed signature stands in.
"use strict";

document.documentElement.classList.add("js");

// A button that waits for a tick (SIGN-3).
for (const form of document.querySelectorAll("form.gated")) {
  const gate = form.querySelector("input.gate");
  const button = form.querySelector("button.gated");
  const update = () => { button.disabled = !gate.checked; };
  gate.addEventListener("change", update);
  addEventListener("pageshow", update);
  update();
}

// One click is one request.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A modal page becomes the browser's modal dialog: focus stays inside.
for (const dialog of document.querySelectorAll("dialog.modal[open]")) {
  const close = dialog.querySelector("a.close");
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && close) { event.preventDefault(); location.assign(close.href); }
  });
  const first = dialog.querySelector("[autofocus], h1");
  if (first && !document.querySelector(".callout.bad")) { first.setAttribute("tabindex", "-1"); first.focus(); }
}

// The summary of errors takes the focus, so that it is read first.
const summary = document.querySelector(".callout.bad[tabindex]");
if (summary) summary.focus();

// Show what is typed into a secret field.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
  });
}

// The PIN rules, checked while typing (CERT-6); the server decides.
const RULES = {
  length: (pin) => [...pin].length >= 8 && [...pin].length <= 16,
  upper: (pin) => /[A-Z]/.test(pin),
  lower: (pin) => /[a-z]/.test(pin),
  digit: (pin) => /[0-9]/.test(pin),
  symbol: (pin) => /[!-/:-@[-`{-~]/.test(pin),
  alphabet: (pin) => pin.length > 0 && /^[!-~]*$/.test(pin),
};
for (const list of document.querySelectorAll("ul[data-rules-for]")) {
  const pin = document.getElementById(list.dataset.rulesFor);
  const again = document.getElementById(list.dataset.again);
  const update = () => {
    for (const item of list.children) {
      const rule = item.dataset.rule;
      const met = rule === "same" ? again && again.value !== "" && again.value === pin.value : RULES[rule](pin.value);
      item.dataset.met = met ? "ya" : "tidak";
    }
  };
  pin.addEventListener("input", update);
  if (again) again.addEventListener("input", update);
}

// The pad: strokes as points between 0 and 1, redrawn whenever the canvas changes its size.
for (const pad of document.querySelectorAll("[data-pad]")) {
  const canvas = pad.querySelector("canvas");
  const field = document.getElementById(pad.dataset.pad);
  const context = canvas.getContext("2d");
  const strokes = [];
  let current = null;
  // A wrong PIN or a mailed code must not cost the drawing: this tab keeps it until the signature is made.
  const kept = "pad:" + location.pathname.split("/").slice(0, 3).join("/");
  try { strokes.push(...JSON.parse(sessionStorage.getItem(kept) || "[]")); } catch { sessionStorage.removeItem(kept); }

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value) => Math.min(1, Math.max(0, Math.round(value * 10000) / 10000));
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  const draw = () => {
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.lineWidth = 2.4;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#111827";
    for (const stroke of strokes) {
      context.beginPath();
      stroke.forEach(([x, y], at) => (at ? context.lineTo(x * width, y * height) : context.moveTo(x * width, y * height)));
      if (stroke.length === 1) context.lineTo(stroke[0][0] * width + 0.1, stroke[0][1] * height);
      context.stroke();
    }
  };
  const keep = () => {
    const ink = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    field.value = ink > 4 ? JSON.stringify({ strokes }) : "";
    sessionStorage.setItem(kept, JSON.stringify(strokes));
    draw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (current || (event.pointerType === "mouse" && event.button !== 0)) return;
    canvas.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [event];
    for (const each of events.length ? events : [event]) {
      const next = point(each);
      const last = current[current.length - 1];
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) > 0.002) current.push(next);
    }
    draw();
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(kind, () => { current = null; keep(); });
  }
  pad.querySelector("[data-undo]").addEventListener("click", () => { strokes.pop(); keep(); });
  pad.querySelector("[data-clear]").addEventListener("click", () => { strokes.length = 0; keep(); });
  new ResizeObserver(draw).observe(canvas);
  keep();
}

// Signed: the drawing is in the document, and nowhere else.
if (/^\/t\/[^/]+\/berjaya$/.test(location.pathname)) {
  sessionStorage.removeItem("pad:" + location.pathname.split("/").slice(0, 3).join("/"));
}

// Close the tab after a PIN reset (PIN-10), where the browser lets us.
for (const button of document.querySelectorAll("[data-close-tab]")) {
  button.addEventListener("click", () => { window.close(); });
}
