// Where the person is: one screen at a time, the way back, and how the phone stands.
import { bridge, trouble, type Begin, type Home, type Trouble } from "../bridge";
import { language } from "./words.svelte";

export type Screen =
  | "welcome" | "register" | "registered" | "link" | "password" | "bind" | "moving" | "keyring" | "locked" | "home"
  | "ekyc" | "turns" | "turn" | "totp" | "approvals" | "notices" | "security" | "lock" | "replace" | "history" | "help";

let screen = $state<Screen | null>(null);
let past: [Screen, string][] = [];
let begin = $state<Begin | null>(null);
let home = $state<Home | null>(null);
let broken = $state<Trouble | null>(null);
let stopped = $state<Trouble | null>(null);
let subject = $state("");
let asking = false;
let arrived = $state<{ link: string; problem: Trouble | null }>({ link: "", problem: null });

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
  /** The link that the system opened the app with, or why it is not taken. */
  get arrived() { return arrived; },
  get canGoBack() { return past.length > 0; },

  go(next: Screen, about = "") {
    if (screen) past.push([screen, subject]);
    subject = about;
    screen = next;
  },
  back() {
    [screen, subject] = past.pop() ?? ["home", ""];
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
      performance.mark("answered");
      language.show(begin.lang);
      stopped = begin.trouble;
    } catch (cause) {
      stopped = trouble(cause);
    }
    if (stopped || !begin) app.enter("keyring");
    else if (!begin.lock.open) app.enter("locked");
    else if (begin.bound) app.enter("home");
    else app.enter("welcome");
    await app.follow();
  },
  /** Goes where a link leads that the system opened the app with. A locked app first waits for its person. */
  async follow() {
    if (stopped || !begin?.lock.open) return;
    try {
      const link = await bridge.arrived();
      if (link === null) return;
      arrived = { link, problem: null };
    } catch (cause) {
      const problem = trouble(cause);
      if (problem.code === "locked") return;
      arrived = { link: "", problem };
    }
    if (screen !== "link") app.go("link");
  },
  /** The link was seen to. */
  settle() {
    arrived = { link: "", problem: null };
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
