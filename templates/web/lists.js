// A worklist on the page: each row with what was understood; cells are mended in place.

import {ask, download, keepPage, keepSecret, missing, nameOf, problemOf, send, showFaults, unreachable} from "/files/server.js";

const at = (id) => document.getElementById(id);
const SHOWN = 50;
let list = null; // the list that is open: its number and how it was read
let chosen = null; // the file, so that it can be read in another way
let first = 0;
let refused = [];
let watching = 0;
let mended = false; // a cell was mended, and nothing was made of it
let busy = false; // leaflets are being made
let openings = 0; // how many files were opened: the last one counts, whichever answer comes first

function stopped(error) {
  if (error.name === "AbortError") return;
  showFaults(at("faults"), problemOf(error));
  at("faults").scrollIntoView({block: "nearest"});
}

// ---------------------------------------------------------------- opening and closing
function form() {
  const lines = (id) => at(id).value.split("\n").map((line) => line.trim()).filter(Boolean);
  const wanted = {ignored: lines("ignored"), any_date: at("any_date").checked, name_ids: at("name_ids").checked};
  wanted.columns = lines("columns").map((line) => line.split("=").map((part) => part.trim()));
  for (const name of ["sheet", "encoding"]) if (at(name).value.trim()) wanted[name] = at(name).value.trim();
  if (at("head").value.trim()) wanted.head = Number(at("head").value);
  return wanted;
}

async function open(file) {
  const mine = ++openings;
  await close();
  at("faults").replaceChildren();
  try { await file.slice(0, 1).arrayBuffer(); } catch {
    return showFaults(at("faults"), {faults: [{message: `${file.name} cannot be read any more: it was changed or moved since it was chosen.`, hint: "Choose it again."}]});
  }
  at("state").textContent = "Reading the list…";
  try {
    const answer = await send("/api/lists/open", file, {"content-type": "application/octet-stream", "x-file-name": encodeURIComponent(file.name), "x-list-form": encodeURIComponent(JSON.stringify(form()))});
    const opened = await answer.json();
    if (mine !== openings) return void ask("/api/lists/close", {list: opened.list}).catch(() => {});
    list = opened;
  } catch (error) {
    if (mine !== openings) return;
    at("state").textContent = "";
    at("form").open ||= error.problem?.code === "request"; // it may be a matter of how it is read
    return stopped(error);
  }
  at("notes").replaceChildren(...list.summary.notes.map((note) => Object.assign(document.createElement("li"), {textContent: note})));
  at("opened").hidden = false;
  at("form").open = false;
  first = 0;
  head();
  await rows();
  check();
}

async function close() {
  clearTimeout(watching);
  if (list) await ask("/api/lists/close", {list: list.list}).catch(() => {});
  list = null;
  mended = false;
  refused = [];
  at("opened").hidden = true;
  at("state").textContent = at("mended").textContent = "";
  at("rows").tBodies[0].replaceChildren();
  making(false);
}

// How far the list is looked through. Beside what was said of finished leaflets it is `quiet`.
async function check(quiet = false) {
  if (!list || busy) return;
  const mine = list;
  try {
    const found = await (await ask("/api/lists/check", {list: mine.list})).json();
    if (mine !== list) return;
    refused = found.refused;
    const fine = found.checked - found.refused_count;
    const so_far = found.checked < found.total ? ` so far, of ${found.total}` : "";
    if (!found.total) at("state").textContent = "The list has no rows.";
    else if (!quiet) at("state").textContent = `${fine} ${fine === 1 ? "row gets a leaflet" : "rows get a leaflet"}${found.refused_count ? `, ${found.refused_count} ${found.refused_count === 1 ? "does" : "do"} not` : ""}${so_far}.`;
    at("next-fault").disabled = !found.refused_count;
    at("rejects").disabled = !found.refused_count;
    if (found.checked < found.total) setTimeout(check, 400, quiet);
  } catch (error) { if (error.problem?.code !== "busy") stopped(error); } // when the leaflets are made it is asked again
}

// ---------------------------------------------------------------- rows
function head() {
  const line = document.createElement("tr");
  for (const name of ["Row", "Leaflet", ...list.summary.columns]) {
    line.append(Object.assign(document.createElement("th"), {scope: "col", textContent: name}));
  }
  at("rows").tHead.replaceChildren(line);
}

async function rows() {
  const found = await (await ask("/api/lists/rows", {list: list.list, first, count: SHOWN})).json();
  at("rows").tBodies[0].replaceChildren(...found.rows.map((row, index) => rowLine(row, first + index)));
  at("earlier").disabled = first === 0;
  at("later").disabled = first + SHOWN >= list.summary.total;
}

function rowLine(row, place) {
  const line = document.createElement("tr");
  line.dataset.place = place;
  line.append(Object.assign(document.createElement("th"), {scope: "row", textContent: row.number}));
  const said = document.createElement("td");
  said.className = row.understood ? "fine" : "wrong";
  said.textContent = row.understood || `No leaflet: ${row.problem}`;
  if (row.understood && row.problem) said.textContent += ` ${row.problem}`;
  said.id = `said-${place}`;
  line.append(said);
  for (const column of list.summary.columns) {
    const cell = document.createElement("td");
    const input = Object.assign(document.createElement("input"), {type: "text", value: row.cells[column] ?? "", autocomplete: "off", spellcheck: false});
    input.setAttribute("aria-label", `${column}, row ${row.number}`);
    input.style.minWidth = `${Math.min(24, Math.max(8, input.value.length * 0.62))}rem`; // what is longer is cut
    if (row.wrong.includes(column)) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", said.id);
    }
    input.addEventListener("change", () => mend(place, column, input.value));
    cell.append(input);
    line.append(cell);
  }
  return line;
}

async function mend(place, column, text) {
  try {
    const row = await (await ask("/api/lists/mend", {list: list.list, place, column, text})).json();
    const old = at("rows").querySelector(`[data-place="${place}"]`);
    const line = rowLine(row, place);
    const focused = [...(old?.querySelectorAll("input") ?? [])].indexOf(document.activeElement);
    old?.replaceWith(line);
    if (focused >= 0) line.querySelectorAll("input")[focused].focus();
    mended = true;
    at("mended").textContent = `Row ${row.number}: ${line.querySelector("td").textContent}`;
    check();
  } catch (error) { stopped(error); }
}

// ---------------------------------------------------------------- making
function making(yes) {
  busy = yes;
  for (const id of ["one-file", "zip", "rejects", "earlier", "later", "next-fault"]) at(id).disabled = yes;
  at("stop").disabled = !yes;
  at("progress-line").hidden = !yes;
}

async function make(packed) {
  at("faults").replaceChildren();
  const pressed = at(packed ? "zip" : "one-file"); // it is switched off, and a person goes on from there
  making(true);
  at("state").textContent = "The leaflets are being made…";
  at("mended").textContent = "";
  at("stop").focus();
  try {
    await ask("/api/lists/make", {list: list.list, packed, slips: at("slips").checked, one_sided: at("one-sided").checked});
    watch(pressed);
  } catch (error) { making(false); at("state").textContent = ""; pressed.focus(); stopped(error); }
}

async function watch(pressed) {
  try {
    const state = await (await ask("/api/lists/state", {list: list.list})).json();
    at("faults").replaceChildren();
    at("progress").max = state.total;
    at("progress").value = state.done;
    at("progress-words").textContent = `${state.done} of ${state.total}`;
    if (!state.finished) { watching = setTimeout(watch, 300, pressed); return; }
    const answer = await ask("/api/lists/result", {list: list.list});
    download(URL.createObjectURL(await answer.blob()), nameOf(answer));
    mended = false;
    at("state").textContent = `${nameOf(answer)} is saved; its last sheet counts what is in it.`;
  } catch (error) {
    if (!list) return;
    if (error.problem === unreachable) { // it goes on where it answers again
      if (!at("faults").textContent) stopped(error);
      watching = setTimeout(watch, 1000, pressed);
      return;
    }
    at("state").textContent = "";
    stopped(error);
  }
  const waited = document.activeElement === at("stop");
  making(false);
  if (waited) pressed.focus();
  await rows().catch(stopped);
  check(true);
}

async function stop() {
  // Stopping ends the process of the list, so the list is closed with it.
  await close();
  at("state").textContent = "Stopped, and the list is closed. Nothing was kept.";
  at("file").focus();
}

async function rejects() {
  try {
    const answer = await ask("/api/lists/rejects", {list: list.list});
    download(URL.createObjectURL(await answer.blob()), nameOf(answer));
  } catch (error) { stopped(error); }
}

async function go(to) {
  first = Math.max(0, Math.min(to, list.summary.total - 1));
  try { await rows(); } catch (error) { stopped(error); }
}

async function goToFault() {
  await go(refused.find((place) => place > first) ?? refused[0]);
  at("rows").querySelector(`[data-place="${first}"] [aria-invalid]`)?.focus();
}

at("file").addEventListener("click", () => { at("file").value = ""; }); // else the same file, saved anew, is no change
at("file").addEventListener("change", () => { chosen = at("file").files[0] ?? chosen; if (at("file").files[0]) open(chosen); });
at("sent").addEventListener("submit", (event) => event.preventDefault()); // Enter in a field sends nothing
at("again").addEventListener("click", () => { if (chosen) open(chosen); });
keepPage(window, (event) => { // wherever on the page it is dropped
  if (busy) return stopped({problem: {faults: [{message: "The leaflets of the open list are being made.", hint: "Wait, or stop them, then drop the other list."}]}});
  at("file").files = event.dataTransfer.files;
  open(chosen = event.dataTransfer.files[0]);
});
at("earlier").addEventListener("click", () => go(first - SHOWN));
at("later").addEventListener("click", () => go(first + SHOWN));
at("next-fault").addEventListener("click", goToFault);
at("one-file").addEventListener("click", () => make(false));
at("zip").addEventListener("click", () => make(true));
at("rejects").addEventListener("click", rejects);
at("stop").addEventListener("click", stop);
at("close").addEventListener("click", async () => {
  await close();
  at("file").value = "";
  chosen = null;
  at("state").textContent = "The list is closed. Nothing was kept.";
  at("file").focus();
});
addEventListener("beforeunload", (event) => { if (list && mended) event.preventDefault(); }); // the browser asks
addEventListener("pagehide", () => { if (list) ask("/api/lists/close", {list: list.list}).catch(() => {}); });
keepSecret();
if (missing) showFaults(at("faults"), missing);
