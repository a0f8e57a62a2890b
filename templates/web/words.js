// The words: every unit in the order of the leaflet, as it is on the disk now, and what reviewers say of it.

import {ask, keepSecret, missing, problemOf, showFaults, unreachable} from "/files/server.js";

const at = (id) => document.getElementById(id);
let mark = null;
let looked = false; // whether the usual leaflets were made of what is on the disk
let units = [];
let lost = false; // the program did not answer the last time
let chosen = null; // the unit that is shown, as it was read

function stopped(error) {
  if (error.name !== "AbortError") showFaults(at("faults"), problemOf(error));
}

// ---------------------------------------------------------------- what is on the disk
const counted = (some, what) => `${some.length} ${what}${some.length === 1 ? "" : "s"}`;

function standingOf(state) {
  if (state.faults.length) return `${counted(state.faults, "fault")}: no leaflet can be made.`;
  if (state.broken.length) return `${counted(state.broken, "rule")} of safety broken: some leaflets cannot be made.`;
  return state.looked ? "The files are sound, and the usual leaflets can be made. “handout check” looks at all." : "The files are sound.";
}

async function look() {
  try {
    const state = await (await ask("/api/author/state", {})).json();
    if (state.mark !== mark || state.looked !== looked || lost) {
      const fresh = state.mark !== mark || lost;
      lost = false;
      mark = state.mark;
      looked = state.looked;
      showFaults(at("faults"), {faults: [...state.faults, ...state.broken]});
      at("notes").replaceChildren(...state.notes.map((note) => Object.assign(document.createElement("p"), {className: "help", textContent: [note.where, note.message, note.hint].filter(Boolean).join(": ")})));
      if (fresh && !state.faults.length) {
        if (chosen) await choose(chosen.unit).catch(stopped); // first what is looked at; it may be gone
        await list();
      }
      at("state").textContent = standingOf(state);
    }
  } catch (error) {
    if (!lost || error.problem !== unreachable) stopped(error); // it is said once, and asked again
    lost = true;
  }
  setTimeout(look, 500);
}

async function list() {
  units = (await (await ask("/api/author/units", {})).json()).units;
  shown();
}

function filtered() {
  const wanted = at("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  return units.filter((one) => wanted.every((word) => `${one.unit} ${one.section} ${one.standing}`.toLowerCase().includes(word)));
}

function shown() {
  const some = filtered();
  const signed = units.filter((one) => one.standing === "signed").length;
  at("count").textContent = `${some.length} of ${units.length} shown; ${signed} signed.`;
  const focused = document.activeElement?.dataset?.unit; // the list is made anew, and the focus stays
  at("units").replaceChildren(...some.map((one) => {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), {type: "button", textContent: one.unit});
    button.dataset.unit = one.unit;
    if (chosen?.unit === one.unit) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => choose(one.unit).catch(stopped));
    line.append(button, Object.assign(document.createElement("span"), {className: "help", textContent: ` ${one.section}; ${one.standing}`}));
    return line;
  }));
  if (focused) at("units").querySelector(`[data-unit="${CSS.escape(focused)}"]`)?.focus({preventScroll: true});
}

// ---------------------------------------------------------------- one unit
async function choose(unit) {
  chosen = await (await ask("/api/author/unit", {unit})).json();
  at("none").hidden = true;
  at("shown").hidden = false;
  at("name").textContent = chosen.unit;
  at("where").textContent = whereabouts(chosen);
  at("lines").replaceChildren(linesOf(chosen));
  at("changes").replaceChildren(...changesOf(chosen));
  at("figures").replaceChildren(...figuresOf(chosen));
  at("sources").replaceChildren(...chosen.sources.map((one) => Object.assign(document.createElement("li"), {textContent: `${one.key}: ${one.title} ${one.addresses.join(" ")}`})));
  at("reach").textContent = `${chosen.reached.length} kinds of leaflet can print this`;
  at("reached").replaceChildren(...chosen.reached.map((one) => Object.assign(document.createElement("li"), {textContent: one})));
  at("said").replaceChildren(...saidOf(chosen));
  at("again-line").hidden = !chosen.refusals.some((one) => one.by === at("by").value.trim());
  shown();
}

function made(kind, textContent, more = {}) {
  return Object.assign(document.createElement(kind), {textContent, ...more});
}

function whereabouts(one) {
  return [one.file && `${one.file}, line ${one.line}`, one.grade ? `reading grade ${one.grade}` : "", `mark of the words ${one.digest.slice(0, 8)}`].filter(Boolean).join("; ");
}

const LONG = 40; // letters; a longer key stands in a line of its own

function linesOf(one, without = []) {
  const lines = document.createElement("dl");
  for (const [key, value] of one.lines) if (!without.includes(key)) lines.append(made("dt", key, {className: key.length > LONG ? "long" : ""}), made("dd", value));
  return lines;
}

function figuresOf(one) {
  return one.figures.map((name) => made("img", "", {src: `/figures/${name}.svg?${mark.slice(0, 8)}`, alt: name}));
}

function saidOf(one) {
  const said = [...one.refusals.map((no) => `No from ${no.by}, ${no.role}, on ${no.on}: ${no.why}`), ...one.approvals.map((yes) => `${one.as_signed ? "Approved" : "Approved before it changed"} by ${yes.by}, ${yes.role}, on ${yes.on}`)];
  return (said.length ? said : ["Nobody has signed this yet."]).map((text) => made("p", text));
}

function changesOf(one) {
  if (!one.changes.length || one.as_signed) return [];
  return [made("p", "Changed since it was approved:"), ...one.changes.map((change) => {
    const line = document.createElement("p");
    line.append(`${change.key}: `);
    for (const span of change.spans) {
      const kind = {"-": "del", "+": "ins"}[span.mark] ?? "span";
      const shown = document.createElement(kind);
      shown.append(made(span.strong ? "strong" : "span", span.text));
      line.append(shown, " ");
    }
    return line;
  })];
}

// ---------------------------------------------------------------- on paper
async function printSheet() {
  at("faults").replaceChildren();
  const some = filtered().map((one) => one.unit);
  if (!some.length) return void (at("printing").textContent = "There are none to print.");
  at("printing").textContent = "Making the sheet…";
  const sheet = await (await ask("/api/author/sheet", {units: some})).json();
  at("sheet-of").textContent = `${sheet.units.length} of ${units.length} units; content ${sheet.version.slice(0, 8)}; printed on ${sheet.date}.`;
  at("sheet-units").replaceChildren(...sheet.units.map(onPaper));
  await Promise.allSettled([...at("sheet").querySelectorAll("img")].map((one) => one.decode()));
  at("printing").textContent = `The sheet has ${sheet.units.length === 1 ? "1 unit" : `${sheet.units.length} units`}.`;
  document.body.classList.add("paper");
  window.print();
}

window.addEventListener("afterprint", () => {
  document.body.classList.remove("paper");
  at("sheet-units").replaceChildren();
});

const SAID = ["kind", "section", "sources"]; // what a sheet says in other lines

function onPaper({section, standing, review}) {
  const part = document.createElement("section");
  const sources = review.sources.map((one) => `${one.key}: ${one.title}`).join("; ");
  part.append(
    made("h2", review.unit), made("p", [section, standing, whereabouts(review)].join("; "), {className: "help"}),
    ...figuresOf(review), linesOf(review, SAID), ...changesOf(review),
    ...(sources ? [made("p", `Sources: ${sources}`)] : []), ...saidOf(review),
    made("p", "☐ Yes   ☐ No, because", {className: "ticks"}),
  );
  return part;
}

// ---------------------------------------------------------------- answers
async function answer(whyNot) {
  at("faults").replaceChildren();
  const said = {unit: chosen.unit, digest: chosen.digest, by: at("by").value, role: at("role").value, after_my_no: at("again").checked};
  if (whyNot) said.why_not = whyNot;
  try {
    const {unit, standing} = await (await ask("/api/author/answer", said)).json();
    at("answered").textContent = `${unit}: ${standing}.`;
    at("why").value = "";
    at("again").checked = false;
    await list();
    next();
  } catch (error) {
    if (error.problem?.code === "refused") at("again-line").hidden = false;
    stopped(error);
  }
}

function next() {
  const place = units.findIndex((one) => one.unit === chosen.unit);
  const waiting = units.slice(place + 1).find((one) => one.standing !== "signed");
  if (waiting) choose(waiting.unit).catch(stopped);
}

at("filter").addEventListener("input", shown);
at("print").addEventListener("click", () => printSheet().catch(stopped));
at("yes").addEventListener("click", () => answer(""));
at("no").addEventListener("click", () => {
  const why = at("why").value.trim();
  if (!why) { showFaults(at("faults"), {faults: [{message: "Say why not, in a line.", hint: "It is kept with the words."}]}); at("why").focus(); return; }
  answer(why);
});
at("skip").addEventListener("click", next);
at("answer").addEventListener("submit", (event) => event.preventDefault());
keepSecret();
if (missing) showFaults(at("faults"), missing);
else look();
