// The only file that speaks to the shell. What comes back is for the eyes of the person; no secret ever does.
import { invoke } from "@tauri-apps/api/core";

export type Lang = "ms" | "en";
export type Slot = "front" | "back" | "selfie";

export interface Trouble { code: string; title: string; detail: string; number: number }
export interface Lock { set: boolean; open: boolean; wait: number; left: number }
export interface Begin {
  lang: Lang; lang_chosen: boolean; server: string; version: string; bound: boolean; lock: Lock; trouble: Trouble | null;
}
export interface Link { password_set: boolean; code_until: number | null; claimed: boolean }
export interface Home {
  name: string; state: "active" | "cooling" | "unvouched" | "replaced" | "frozen"; cool_until: number | null;
  vouching: boolean; assurance: string;
  ekyc: "TIADA" | "DALAM_SEMAKAN" | "DILULUSKAN" | "DITOLAK" | "AMBIL_SEMULA";
  ekyc_reason: string | null; ekyc_until: number | null; certificate_until: number | null;
  totp: "none" | "pending" | "active"; turns: number; approvals: number; unread: number; taken: number; needed: number;
}
export interface Consent { version: string; text: string }
export interface Capture { slots: Slot[]; sent: Slot[]; prompts: string[]; until: number }
export type Source = "camera" | "file";
export interface Judged { reasons: string[]; may_insist: boolean; capture: Capture | null }
export interface HelpLine { line: string; mail: string }
export interface TurnBrowser { name: string; known: boolean; opened: number }
export interface Turn {
  id: string; title: string; requester: string; pages: number; digest: string; deadline: number; browsers: TurnBrowser[];
}
export interface TurnCode { code: string; tag: string; turn: Turn; left: number }
export interface ClockCode { code: string; next: string; left: number; off: number }
export interface Approval {
  id: string; kind: string; lang: string; title: string; facts: [string, string][]; requester: string; left: number; subject: string;
}
export interface Notice { id: string; text: string; at: number; read: boolean }
export interface Done { at: number; kind: string }
export interface Frozen { until: number | null; reinstated: boolean }
export interface Ticket { text: string; tag: string; until: number; size: number; path: string }
export interface NewPhone { model: string; tag: string }

/** What an unknown failure of the shell itself looks like to the person. */
export function trouble(cause: unknown): Trouble {
  if (typeof cause === "object" && cause !== null && "code" in cause) return cause as Trouble;
  return { code: "failed", title: "", detail: "", number: 0 };
}

export const bridge = {
  begin: () => invoke<Begin>("begin"),
  speak: (lang: Lang) => invoke<void>("speak", { lang }),
  register: (email: string, mykad: string, phone: string) => invoke<void>("register", { email, mykad, phone }),
  arrived: () => invoke<string | null>("arrived"),
  openLink: (link: string) => invoke<Link>("open_link", { link }),
  choosePassword: (password: string) => invoke<Link>("choose_password", { password }),
  anotherCode: () => invoke<void>("another_code"),
  bind: (mykad: string, password: string, code: string) => invoke<string>("bind", { mykad, password, code }),
  unlock: (digits: string) => invoke<void>("unlock", { digits }),
  lock: () => invoke<void>("lock"),
  setLock: (digits: string) => invoke<void>("set_lock", { digits }),
  clearLock: (digits: string) => invoke<void>("clear_lock", { digits }),
  home: () => invoke<Home>("home"),
  consent: () => invoke<Consent>("consent"),
  capture: (agreed: string) => invoke<Capture>("capture", { agreed }),
  sendPicture: (slot: Slot, picture: Uint8Array, source: Source, anyway: boolean) =>
    invoke<Judged>("send_picture", picture, { headers: { slot, source, anyway: anyway ? "yes" : "no" } }),
  handIn: () => invoke<void>("hand_in"),
  setUpTotp: () => invoke<void>("set_up_totp"),
  totp: () => invoke<ClockCode>("totp"),
  turns: () => invoke<Turn[]>("turns"),
  showCode: (turn: string) => invoke<TurnCode>("show_code", { turn }),
  approvals: () => invoke<Approval[]>("approvals"),
  answer: (id: string, reason: "not_me" | "cancelled" | "wrong_doc" | null) => invoke<void>("answer", { id, reason }),
  helpLine: () => invoke<HelpLine>("help_line"),
  notices: () => invoke<Notice[]>("notices"),
  readNotice: (id: string) => invoke<void>("read_notice", { id }),
  notMe: () => invoke<Frozen>("not_me"),
  history: () => invoke<Done[]>("history"),
  askToMove: () => invoke<Ticket>("ask_to_move"),
  finishMove: (mykad: string) => invoke<string | null>("finish_move", { mykad }),
  readTicket: (text: string) => invoke<NewPhone>("read_ticket", { text }),
  signFor: () => invoke<void>("sign_for"),
  leave: () => invoke<void>("leave"),
  forget: () => invoke<void>("forget"),
};
