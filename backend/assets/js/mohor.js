// Mohor: what every page does better with scripts. Every page works without; turn.js adds the signer's pages.
"use strict";

// In a block of its own: the answer to an upload is written over the page, and this runs once more.
{

document.documentElement.classList.add("js");

// A refused form that is answered in place becomes an ordinary page: a reload, or coming back to it, asks for the page
// anew and never to send the form again.
history.replaceState(null, "", location.href);

// A button that waits for a tick (SIGN-3).
for (const form of document.querySelectorAll("form.gated")) {
  const gate = form.querySelector("input.gate");
  const button = form.querySelector("button.gated");
  const update = () => { button.disabled = !gate.checked; };
  gate.addEventListener("change", update);
  addEventListener("pageshow", update);
  update();
}

// One click is one request; the button shows that it is on its way.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    // Not disabled: a disabled button would not be sent, and its name says what to do.
    if (event.submitter) event.submitter.dataset.busy = "1";
    form.setAttribute("aria-busy", "true");
  });
}

// A large file says how far it is. The answer takes the place of the page, as it does without scripts; what goes wrong
// on the way is left to the browser to say.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const [line, bar] = [form.querySelector(".sending"), form.querySelector("progress")];
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    line.hidden = false;
    const sender = new XMLHttpRequest();
    sender.open("POST", form.action);
    sender.setRequestHeader("accept", "text/html");
    sender.upload.addEventListener("progress", ({ loaded, total }) => { bar.max = total; bar.value = loaded; });
    sender.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      line.querySelector(".on-its-way").hidden = true;
      line.querySelector(".arrived").hidden = false;
    });
    sender.addEventListener("load", () => {
      document.open();
      document.write(sender.responseText);
      document.close();
    });
    sender.addEventListener("error", () => { form.submit(); });
    sender.send(new FormData(form));
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
  for (const button of document.querySelectorAll("[data-busy]")) delete button.dataset.busy;
});

// A page that is one dialog begins at its heading, and Escape leaves by its own way out.
for (const dialog of document.querySelectorAll("dialog.modal[open]")) {
  const close = dialog.querySelector("a.close");
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && close) { event.preventDefault(); location.assign(close.href); }
  });
  const first = dialog.querySelector("[autofocus], h1");
  if (first && !document.querySelector(".callout.bad")) { first.setAttribute("tabindex", "-1"); first.focus(); }
}

// The summary names the field of each error; without scripts its link leads there all the same.
for (const link of document.querySelectorAll(".callout.bad a[href^='#']")) {
  const field = document.getElementById(link.hash.slice(1));
  const name = (element) => element?.firstChild?.textContent.trim();
  const names = [name(field?.closest("fieldset")?.querySelector("legend")), name(field?.labels?.[0])];
  if (names[1]) link.prepend(`${names.filter(Boolean).join(", ")}: `);
}

// A dialog that the address names (#…) is the browser's modal dialog: what lies behind it is out of reach of Tab and
// Enter, Escape closes it, and the focus returns to where it was. Without scripts :target shows it.
const named = document.querySelectorAll("dialog.modal.target");
const follow = () => {
  for (const dialog of named) {
    const wanted = location.hash === `#${dialog.id}`;
    if (wanted && !dialog.open) {
      dialog.showModal();
      const heading = dialog.querySelector("h2");
      heading.setAttribute("tabindex", "-1");
      heading.focus();
    } else if (!wanted && dialog.open) {
      dialog.close();
      // Going to an address inside a page takes the focus away, so the browser does not know where it was.
      document.querySelector(`a[href="#${dialog.id}"]`)?.focus();
    }
  }
};
for (const dialog of named) {
  const out = dialog.querySelector("a.close");
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); location.hash = out.hash; });
}
addEventListener("hashchange", follow);
follow();

// The summary of errors takes the focus, so that it is read first.
const summary = document.querySelector(".callout.bad[tabindex]");
if (summary) summary.focus();

// Show what is typed into a secret field: Tunjuk, Sembunyi. It is hidden again before it is sent, so that no
// browser offers it as an old entry of a text field.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  const words = { password: button.textContent, text: button.dataset.hide };
  const show = (kind) => { input.type = kind; button.textContent = words[kind]; };
  button.hidden = false;
  button.addEventListener("click", () => { show(input.type === "password" ? "text" : "password"); });
  input.form.addEventListener("submit", () => { show("password"); });
}

// The PIN rules, checked while typing (CERT-6); the server decides.
const RULES = {
  length: (pin) => [...pin].length >= 8 && [...pin].length <= 16,
  upper: (pin) => /[A-Z]/.test(pin),
  lower: (pin) => /[a-z]/.test(pin),
  digit: (pin) => /[0-9]/.test(pin),
  symbol: (pin, symbols) => [...pin].some((mark) => symbols.includes(mark)),
  alphabet: (pin, symbols) => pin.length > 0 && [...pin].every((c) => /[A-Za-z0-9]/.test(c) || symbols.includes(c)),
};
for (const list of document.querySelectorAll("ul[data-rules-for]")) {
  const pin = document.getElementById(list.dataset.rulesFor);
  const again = document.getElementById(list.dataset.again);
  const update = () => {
    for (const item of list.children) {
      const rule = item.dataset.rule;
      const met = rule === "same" ? again && again.value !== "" && again.value === pin.value : RULES[rule](pin.value, list.dataset.symbols);
      item.dataset.met = met ? "ya" : "tidak";
    }
  };
  pin.addEventListener("input", update);
  if (again) again.addEventListener("input", update);
}

// A page that waits looks again by itself: without a flash, and not while nobody looks at it. Without scripts
// the page asks the browser to load it anew.
const waiting = document.querySelector("main[data-refresh]");
if (waiting) {
  const told = (page) => page.querySelector("main h1")?.textContent + page.querySelector("main .lead")?.textContent;
  const known = told(document);
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.redirected || told(page) !== known) location.replace(answer.url);
    } catch { /* Away for a moment: the next look finds it. */ }
  }, Number(waiting.dataset.refresh) * 1000);
}

// Close the tab after a PIN reset (PIN-10), where the browser lets us.
for (const button of document.querySelectorAll("[data-close-tab]")) {
  button.addEventListener("click", () => { window.close(); });
}
}
