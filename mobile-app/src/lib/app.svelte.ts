// Where the person is: one screen at a time, the way back, and how the phone stands.
import { bridge, trouble, type Begin, type Home, type Trouble } from "../bridge";
import { language } from "./words.svelte";

export type Screen =
  | "welcome" | "register" | "registered" | "link" | "password" | "bind" | "moving" | "keyring" | "locked" | "home"
  | "ekyc" | "turns" | "turn" | "totp" | "approvals" | "notices" | "security" | "lock" | "replace" | "history" | "help";

let screen = $state<Screen | null>(null);
let past: Screen[] = [];
let begin = $state<Begin | null>(null);
let home = $state<Home | null>(null);
let broken = $state<Trouble | null>(null);
let stopped = $state<Trouble | null>(null);
let subject = $state("");
let asking = false;

// Screens from before a phone is bound, and those that keep everybody out.
const OUTSIDE: Screen[] = ["keyring", "locked", "welcome", "register", "registered", "link", "password", "bind", "moving"];

export const app = {
  get screen() { return screen; },
  get begin() { return begin; },
  get home() { return home; },
  /** Why the first screen could not be brought up to date. */
  get broken() { return broken; },
  /** Why the app could not open. */
  get stopped() { return stopped; },
  /** Whether the phone is bound and its person is in. */
  get inside() { return screen !== null && begin?.bound === true && !OUTSIDE.includes(screen); },
  /** What the screen is about: the turn that was opened. */
  get subject() { return subject; },
  get canGoBack() { return past.length > 0; },

  go(next: Screen, about = "") {
    if (screen) past.push(screen);
    subject = about;
    screen = next;
  },
  back() {
    screen = past.pop() ?? "home";
  },
  /** Goes where there is no way back to what came before. */
  enter(next: Screen) {
    past = [];
    screen = next;
  },

  /** Asks the shell how the app stands and goes where that leads. */
  async start() {
    home = broken = stopped = null;
    try {
      begin = await bridge.begin();
      language.show(begin.lang);
      stopped = begin.trouble;
    } catch (cause) {
      stopped = trouble(cause);
    }
    if (stopped || !begin) app.enter("keyring");
    else if (!begin.lock.open) app.enter("locked");
    else if (begin.bound) app.enter("home");
    else app.enter("welcome");
  },
  /** Asks how the phone stands; one question at a time. */
  async refresh() {
    if (asking) return;
    asking = true;
    try {
      home = await bridge.home();
      broken = null;
    } catch (cause) {
      const found = trouble(cause);
      if (found.code === "locked") app.enter("locked");
      broken = found;
    } finally {
      asking = false;
    }
  },
};
