// Keys, pictures, marks, and the list of a run in progress. Pages work without it, as links and forms.
"use strict";

const POLL_MS = 2000;
const BLINK_MS = 700;
const page = document.body.dataset.page;
const find = (selector) => document.querySelector(selector);

// Pictures: what is switched on stays on from sample to sample.
const SWITCHES = { x: "swapped", b: "blink", o: "boxes" };

function remembered(name) {
  return sessionStorage.getItem(name) === "on";
}

function showSwitches() {
  for (const [key, name] of Object.entries(SWITCHES)) {
    for (const pair of document.querySelectorAll("[data-pair]")) pair.classList.toggle(name, remembered(name));
    for (const button of document.querySelectorAll(`[data-key="${key}"]`)) {
      button.setAttribute("aria-pressed", String(remembered(name)));
    }
  }
}

function flip(key) {
  const name = SWITCHES[key];
  sessionStorage.setItem(name, remembered(name) ? "off" : "on");
  showSwitches();
}

function blink() {
  for (const pair of document.querySelectorAll("[data-pair].blink")) pair.classList.toggle("turned");
}

// The list: one entry is selected.
function select(step) {
  const entries = [...document.querySelectorAll("#list > li[id]")];
  const now = entries.findIndex((entry) => entry.classList.contains("selected"));
  const next = entries[Math.min(entries.length - 1, Math.max(0, now + step))];
  if (now === entries.length - 1 && step > 0) return follow('.pages [rel="next"]');
  if (now === 0 && step < 0) return follow('.pages [rel="prev"]');
  if (now >= 0) entries[now].classList.remove("selected");
  if (next) {
    next.classList.add("selected");
    next.scrollIntoView({ block: "nearest" });
    sessionStorage.setItem("selected", next.id);
  }
}

function selectAgain() {
  const id = sessionStorage.getItem("selected");
  const entry = id && document.getElementById(id);
  if (entry && entry.parentElement.id === "list") entry.classList.add("selected");
}

function follow(selector) {
  const link = find(selector);
  if (link) location.assign(link.href);
}

// Marks: kept without leaving the page.
async function keepMark() {
  const form = find("#mark");
  const said = find("#kept");
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    said.textContent = answer.ok ? "kept" : `not kept (${answer.status})`;
  } catch {
    said.textContent = "not kept: the server does not answer";
  }
}

function toggleMark() {
  const box = find("#mark [name=marked]");
  box.checked = !box.checked;
  keepMark();
}

function writeNote() {
  const note = find("#mark textarea");
  note.focus();
  note.setSelectionRange(note.value.length, note.value.length);
}

function toggleTurns() {
  const turns = [...document.querySelectorAll(".turn")];
  const open = turns.some((turn) => !turn.open);
  for (const turn of turns) turn.open = open;
}

// A run in progress: what the server would show now takes the place of what is shown.
async function refresh(main) {
  try {
    const state = await (await fetch(main.dataset.state)).json();
    if (state.stamp === main.dataset.stamp) return;
    const text = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      for (const facet of part.querySelectorAll("[data-facet]")) {
        facet.open = old.querySelector(`[data-facet="${facet.dataset.facet}"]`)?.open ?? facet.open;
      }
      old.replaceWith(document.adoptNode(part));
    }
    main.dataset.stamp = fresh.querySelector("[data-stamp]").dataset.stamp;
    selectAgain();
  } catch {
    // The server has ended, or is busy: the next poll asks again.
  }
}

function poll(main) {
  setTimeout(async () => {
    if (!document.hidden) await refresh(main);
    poll(main);
  }, POLL_MS);
}

const help = find("#help");
const EVERYWHERE = {
  "/": () => find("#search")?.select(),
  "?": () => (help.open ? help.close() : help.showModal()),
};
const KEYS = {
  list: { j: () => select(1), k: () => select(-1), Enter: () => follow("#list > .selected > a") },
  sample: {
    j: () => follow("#after"),
    k: () => follow("#before"),
    u: () => follow("#up"),
    x: () => flip("x"),
    b: () => flip("b"),
    o: () => flip("o"),
    t: toggleTurns,
    m: toggleMark,
    n: writeNote,
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement) document.activeElement.blur();
  const isTyped = event.target.closest("input:not([type=checkbox]), textarea, select");
  const isPressed = event.key === "Enter" && event.target.closest("a, button, summary");
  if (isTyped || isPressed || event.ctrlKey || event.metaKey || event.altKey) return;
  if (help.open && event.key !== "?") return;
  const act = { ...EVERYWHERE, ...KEYS[page] }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
find("#help-button").addEventListener("click", () => help.showModal());
for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => flip(button.dataset.key));
}
if (page === "sample") {
  sessionStorage.setItem("selected", `s-${location.pathname.split("/").pop()}`);
  showSwitches();
  setInterval(blink, BLINK_MS);
}
const mark = find("#mark");
if (mark) {
  mark.addEventListener("submit", (event) => {
    event.preventDefault();
    keepMark();
  });
  mark.addEventListener("change", keepMark);
}
const live = find("[data-state]");
if (live) {
  selectAgain();
  find("#list > .selected")?.scrollIntoView({ block: "center" });
  poll(live);
}
if (matchMedia("(max-width: 800px)").matches) {
  for (const facet of document.querySelectorAll("#facets details")) facet.open = false;
}
