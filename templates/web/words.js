// The words: every unit in the order of the leaflet, as it is on the disk now, and what reviewers say of it.

import {ask, keepSecret, missing, problemOf, showFaults} from "/files/server.js";

const at = (id) => document.getElementById(id);
let mark = null;
let units = [];
let chosen = null; // the unit that is shown, as it was read

function stopped(error) {
  if (error.name !== "AbortError") showFaults(at("faults"), problemOf(error));
}

// ---------------------------------------------------------------- what is on the disk
async function look() {
  try {
    const state = await (await ask("/api/author/state", {})).json();
    if (state.mark !== mark) {
      mark = state.mark;
      showFaults(at("faults"), state);
      at("notes").replaceChildren(...state.notes.map((note) => Object.assign(document.createElement("p"), {className: "help", textContent: [note.where, note.message, note.hint].filter(Boolean).join(": ")})));
      if (!state.faults.length) {
        await list();
        if (chosen) await choose(chosen.unit);
      }
      at("state").textContent = state.faults.length ? `${state.faults.length} faults: no leaflet can be made.` : "The content is sound.";
    }
  } catch (error) { stopped(error); }
  setTimeout(look, 500);
}

async function list() {
  units = (await (await ask("/api/author/units", {})).json()).units;
  shown();
}

function shown() {
  const wanted = at("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const some = units.filter((one) => wanted.every((word) => `${one.unit} ${one.section} ${one.standing}`.toLowerCase().includes(word)));
  const signed = units.filter((one) => one.standing === "signed").length;
  at("count").textContent = `${some.length} of ${units.length} shown; ${signed} signed.`;
  at("units").replaceChildren(...some.map((one) => {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), {type: "button", textContent: one.unit});
    if (chosen?.unit === one.unit) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => choose(one.unit).catch(stopped));
    line.append(button, Object.assign(document.createElement("span"), {className: "help", textContent: ` ${one.section}; ${one.standing}`}));
    return line;
  }));
}

// ---------------------------------------------------------------- one unit
async function choose(unit) {
  chosen = await (await ask("/api/author/unit", {unit})).json();
  at("none").hidden = true;
  at("shown").hidden = false;
  at("name").textContent = chosen.unit;
  at("where").textContent = [chosen.file && `${chosen.file}, line ${chosen.line}`, chosen.grade ? `reading grade ${chosen.grade}` : ""].filter(Boolean).join("; ");
  const lines = document.createElement("dl");
  for (const [key, value] of chosen.lines) lines.append(Object.assign(document.createElement("dt"), {textContent: key}), Object.assign(document.createElement("dd"), {textContent: value}));
  at("lines").replaceChildren(lines);
  at("changes").replaceChildren(...changes());
  at("figures").replaceChildren(...chosen.figures.map((name) => Object.assign(document.createElement("img"), {src: `/figures/${name}.svg?${mark.slice(0, 8)}`, alt: name})));
  at("sources").replaceChildren(...chosen.sources.map((one) => Object.assign(document.createElement("li"), {textContent: `${one.key}: ${one.title} ${one.addresses.join(" ")}`})));
  at("reach").textContent = `${chosen.reached.length} kinds of leaflet can print this`;
  at("reached").replaceChildren(...chosen.reached.map((one) => Object.assign(document.createElement("li"), {textContent: one})));
  const said = [...chosen.refusals.map((one) => `No from ${one.by}, ${one.role}, on ${one.on}: ${one.why}`), ...chosen.approvals.map((one) => `${chosen.as_signed ? "Approved" : "Approved before it changed"} by ${one.by}, ${one.role}, on ${one.on}`)];
  at("said").replaceChildren(...(said.length ? said : ["Nobody has signed this yet."]).map((text) => Object.assign(document.createElement("p"), {textContent: text})));
  at("again-line").hidden = !chosen.refusals.some((one) => one.by === at("by").value.trim());
  shown();
}

function changes() {
  if (!chosen.changes.length || chosen.as_signed) return [];
  const head = Object.assign(document.createElement("p"), {textContent: "Changed since it was approved:"});
  return [head, ...chosen.changes.map((change) => {
    const line = document.createElement("p");
    line.append(`${change.key}: `);
    for (const span of change.spans) {
      const kind = {"-": "del", "+": "ins"}[span.mark] ?? "span";
      const words = Object.assign(document.createElement(span.strong ? "strong" : "span"), {textContent: span.text});
      const shown = document.createElement(kind);
      shown.append(words);
      line.append(shown, " ");
    }
    return line;
  })];
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
