// What is seen while Python starts: the day as it last was, and a field for a note.
//
// The app tells the day whenever it shows it (client/ui/glimpse.py). It is kept here, since nobody
// can read the replica before there is Python, and goes with the replica. A note is kept at every
// letter; once it is saved the app makes a task of it, as soon as it runs.

import { element, hideSplash } from "./notices.js";

const DAY = "fieldbook.glimpse";
const DRAFT = "fieldbook.jotting";
const NOTES = "fieldbook.jotted";
const LONGEST = 20_000;
const WAITS_MS = 10_000; // for an app that never says that it has opened

let form = null;
let opened = false;
let onSaved = () => {};

/** Flutter takes the focus when it starts; whoever is writing keeps it. */
const keepsFocus = new MutationObserver(() => setInert(true));

function setInert(inert) {
  for (const view of document.querySelectorAll("flutter-view")) view.inert = inert;
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, value) {
  if (value) localStorage.setItem(name, value);
  else localStorage.removeItem(name);
}

export function keepDay(told) {
  write(DAY, told);
}

export function forgetAll() {
  for (const name of [DAY, DRAFT, NOTES]) write(name, "");
}

/** Saved notes as JSON: [{ id, user, text }]. */
export const notes = () => localStorage.getItem(NOTES) ?? "[]";

export function forgetNote(id) {
  const left = (read(NOTES) ?? []).filter((note) => note.id !== id);
  write(NOTES, left.length ? JSON.stringify(left) : "");
}

/** Put the day and the field in place of the splash's words, if there is a day to show. */
export function showGlimpse(splash, saved) {
  const day = read(DAY);
  if (!day || form) return;
  onSaved = saved;
  form = field(day.user);
  keepsFocus.observe(document.body, { childList: true });
  splash.classList.add("glimpse");
  splash.append(
    element("main", {},
      element("h1", { textContent: "Today" }),
      element("p", { textContent: `As you last saw it, ${day.seen}` }),
      ...day.parts.map(part)),
    form);
}

function part({ title, lines, more }) {
  return element("section", {},
    element("h2", { textContent: title }),
    element("ul", {}, ...lines.map(({ when, what, where }) => element("li", {},
      when && element("time", { textContent: when }),
      element("span", {},
        element("b", { textContent: what, dir: "auto" }),
        where && element("small", { textContent: where, dir: "auto" }))))),
    more && element("p", { textContent: `and ${more} more` }));
}

function field(user) {
  const text = element("textarea", {
    rows: 2, maxLength: LONGEST, placeholder: "Take a note meanwhile", ariaLabel: "A note",
    value: localStorage.getItem(DRAFT) ?? "", dir: "auto", enterKeyHint: "enter",
  });
  const button = element("button", { textContent: "Save note" });
  const made = element("form", {}, text, button);
  const look = () => { button.disabled = !opened && !text.value.trim(); };
  text.oninput = () => {
    write(DRAFT, text.value);
    look();
  };
  text.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) made.requestSubmit();
    if (event.key === "Escape") text.blur();
  };
  made.onsubmit = (event) => {
    event.preventDefault();
    save(user, text);
    look();
  };
  made.onopened = () => {
    button.textContent = "Save and go on";
    look();
  };
  look();
  return made;
}

function save(user, text) {
  if (text.value.trim()) {
    const note = { id: crypto.randomUUID(), user, text: text.value.trim() };
    write(NOTES, JSON.stringify([...(read(NOTES) ?? []), note]));
    write(DRAFT, "");
    text.value = "";
    text.placeholder = "Saved. It will be among today's tasks";
    onSaved();
  }
  if (opened) leave();
}

function leave() {
  keepsFocus.disconnect();
  setInert(false);
  hideSplash();
}

/** The first frame is there; the app says by itself when there is more than a wheel on it. */
export function firstFrame() {
  if (form) setTimeout(appOpened, WAITS_MS);
  else leave();
}

/** Make way for the app, unless a note is being written. */
export function appOpened() {
  if (!form || opened) return;
  opened = true;
  const text = form.querySelector("textarea");
  if (!text.value.trim() && document.activeElement !== text) return leave();
  document.getElementById("splash-text").textContent = "Fieldbook is open";
  form.onopened();
}
