// The page on which a leaflet is made. It asks the server for everything and decides nothing itself.

import {ask, download, keepPage, keepSecret, missing, nameOf, problemOf, proposed, showFaults} from "/files/server.js";

const form = document.getElementById("request");
const frame = document.getElementById("text");
const pages = document.getElementById("pages");
const faults = document.getElementById("faults");
const at = (id) => document.getElementById(id);
const MANY = new Set(["exercises"]);
const LOCK = new Set(["password", "password_again"]); // they go with the file that is saved, and with nothing else
const PLAIN = /^(place|dose)-of-/; // the fields of the form without a script
const SWITCHES = new Set([...form.querySelectorAll("input[type=checkbox]")].map((one) => one.name).filter((name) => !MANY.has(name)));


// ---------------------------------------------------------------- what is asked for
let order = []; // the exercises, in the order in which they were chosen
let doses = {}; // by exercise: its numbers that were chosen, by their names

function asked() {
  const wanted = {flags: []};
  let open = 0;
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("answer-")) {
      if (value === "yes") wanted.flags.push(name.slice("answer-".length));
      if (value === "") open += 1;
    } else if (MANY.has(name) || LOCK.has(name) || PLAIN.test(name)) continue;
    else if (SWITCHES.has(name)) wanted[name] = true;
    else if (value) wanted[name] = value;
  }
  wanted.exercises = order;
  wanted.doses = Object.entries(doses).filter(([, dose]) => Object.values(dose).some(Boolean)).map(([id, dose]) => `${id}=${writtenDose(dose)}`);
  if (open === 0) wanted.screened = true;
  return wanted;
}

// As on the command line: 5x3x10s.
function writtenDose(dose) {
  const amount = dose.minutes ? `${dose.minutes}min` : dose.repetitions ?? "";
  const hold = dose.hold_seconds ? `${dose.hold_seconds}s` : dose.hold_breaths ? `${dose.hold_breaths}breaths` : "";
  return [amount, dose.per_day, hold].filter(Boolean).join("x");
}

function readDose(text) {
  const [, amount, minutes, perDay, hold, unit] = /^(\d+)(min)?(?:x(\d+))?(?:x(\d+)(s|breaths?))?$/.exec(text) ?? [];
  return {[minutes ? "minutes" : "repetitions"]: amount, per_day: perDay, [unit === "s" ? "hold_seconds" : "hold_breaths"]: hold};
}

const boxOf = (id) => form.querySelector(`[name=exercises][value="${CSS.escape(id)}"]`);
const nameOfExercise = (id) => boxOf(id)?.closest("label").textContent.trim() ?? id;

// A dose begins with how many times or how long; nothing is assumed for it.
function halfDose() {
  const half = Object.entries(doses).find(([, dose]) => Object.values(dose).some(Boolean) && !dose.minutes && !dose.repetitions);
  return half && {faults: [{message: `the dose of ${nameOfExercise(half[0])} does not say how many times or minutes`, hint: "Write that too, or leave the whole dose empty."}]};
}

const show = (problem) => showFaults(faults, problem);

// What was asked beside the leaflet failed: the leaflet stays.
const told = (error) => { if (error.name !== "AbortError") show(problemOf(error)); };

// What is said of the leaflet, in three parts: a screen reader reads out only those that change.
function say(leaflet, changes = "", sides = "") {
  for (const [id, words] of [["state-leaflet", leaflet], ["state-changes", changes], ["state-sides", sides]]) {
    if (at(id).textContent !== words) at(id).textContent = words;
  }
}

function stopped(error) {
  if (error.name === "AbortError") return;
  settled();
  say("No leaflet");
  show(problemOf(error));
  emptied();
  clearPages();
}

// ---------------------------------------------------------------- the leaflet beside the form
let current = null; // the request on its way; a newer one overtakes it
let pause = 0;
let slow = 0;
let shown = new Set();
let view = "text";
let file = null;

let given = false; // an answer or a note of a patient is in no leaflet yet that was printed, saved or copied

function changed() {
  order = order.filter((id) => boxOf(id).checked);
  leavePreset();
  counted();
  tellOpen();
  current?.abort();
  clearTimeout(pause);
  clearPages();
  settled();
  say(at("state-leaflet").textContent); // how many sides it has is not known any more
  if (!form.elements.region.value && !form.elements.preset?.value) return;
  if (!form.elements.status.value && !form.elements.preset?.value) {
    return say("Say how long, and the leaflet appears here.");
  }
  given = isGiven();
  const half = halfDose();
  if (half) return stopped({problem: half});
  current = new AbortController();
  slow = setTimeout(() => {
    frame.classList.add("old");
    say("The leaflet is being changed…");
  }, 900);
  preview(asked(), current.signal).catch(stopped);
}

// What would be typed again if the page were left: the region and how long are two clicks.
function isGiven() {
  const answered = [...form.querySelectorAll('.questions input:checked, .questions [type=checkbox]')].some((one) => one.checked !== one.defaultChecked);
  return answered || order.length > 0 || ["name", "note"].some((one) => form.elements[one].value.trim());
}

function emptied() {
  frame.contentDocument.querySelector("main").replaceChildren();
  frame.classList.add("empty");
}

// What is shown is of the last answer again, or nothing is.
function settled() {
  clearTimeout(slow);
  frame.classList.remove("old");
}

async function preview(wanted, signal) {
  const leaflet = await (await ask("/api/preview", wanted, signal)).json();
  signal.throwIfAborted();
  settled();
  faults.replaceChildren();
  const draft = leaflet.draft ? " DRAFT: not approved by a clinician." : "";
  const changes = place(leaflet);
  say(`${leaflet.title}${wanted.name ? `, for ${wanted.name.trim()}` : ""}. ${leaflet.screened ? "Asked about all." : "Not asked about all."}${draft}`, changes);
  pause = setTimeout(() => typeset(wanted, signal).catch(stopped), view === "pages" ? 250 : 1200);
}

// Show a leaflet, and return what is new in it.
function place(leaflet) {
  const inside = frame.contentDocument;
  frame.classList.remove("empty");
  inside.documentElement.lang = leaflet.language;
  inside.documentElement.className = leaflet.look;
  const article = inside.createElement("main");
  article.innerHTML = leaflet.article;
  const before = shown;
  const lines = [];
  shown = new Set();
  for (const one of article.querySelectorAll("p, li, h2, h3, h4")) {
    const words = one.textContent.trim();
    if (!words) continue;
    shown.add(words);
    if (before.size && !before.has(words)) one.classList.add("new");
    if (one.matches("p, li")) lines.push(one);
  }
  // One stop of the Tab key for them all; the arrow keys go from one to the next.
  for (const one of lines) one.tabIndex = one === lines[0] ? 0 : -1;
  const top = inside.scrollingElement.scrollTop;
  inside.querySelector("main").replaceWith(article);
  inside.scrollingElement.scrollTop = top;
  const gone = [...before].filter((words) => !shown.has(words)).length;
  const fresh = article.querySelectorAll(".new").length;
  article.addEventListener("click", (event) => why(event.target.closest("p, li")));
  article.addEventListener("keydown", (event) => {
    const line = event.target.closest("[tabindex]");
    const index = lines.indexOf(line);
    if (index < 0) return; // a table has the focus, and the keys move it
    if (event.key === "Enter") why(line);
    const to = lines[index + ({ArrowDown: 1, ArrowUp: -1}[event.key] ?? NaN)];
    if (!to) return;
    event.preventDefault();
    line.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });
  if (!before.size || !(gone || fresh)) return "";
  return `The last answer changed ${fresh === 1 ? "1 line" : `${fresh} lines`}${gone ? ` and took away ${gone}` : ""}.`;
}

async function typeset(wanted, signal) {
  const answer = await ask("/api/leaflet", {...wanted, format: "pdf"}, signal);
  const name = nameOf(answer);
  const sides = Number(answer.headers.get("x-sides"));
  const pdf = await answer.blob();
  signal?.throwIfAborted(); // it may have come whole just before another answer overtook it
  clearPages();
  file = {url: URL.createObjectURL(pdf), name, sides};
  at("alone").querySelector("a").href = file.url;
  at("alone").hidden = view !== "pages";
  if (view === "pages") pages.src = wholeWidth(file.url);
  say(at("state-leaflet").textContent, at("state-changes").textContent, sides === 1 ? "1 side." : `${sides} sides.`);
  return file;
}

function clearPages() {
  if (!file) return;
  URL.revokeObjectURL(file.url);
  file = null;
  at("alone").hidden = true;
  pages.removeAttribute("src");
}

// A browser then shows the pages as wide as it can, and no small pictures of them beside.
const wholeWidth = (url) => `${url}#navpanes=0&pagemode=none&view=FitH&zoom=page-width`;

function look(wanted) {
  view = wanted;
  at("as-text").setAttribute("aria-pressed", String(view === "text"));
  at("as-pages").setAttribute("aria-pressed", String(view === "pages"));
  frame.hidden = view !== "text";
  pages.hidden = view !== "pages";
  at("alone").hidden = view !== "pages" || !file;
  if (view === "pages") {
    if (file) pages.src = wholeWidth(file.url);
    else changed();
  }
}

async function finished() {
  clearTimeout(pause);
  if (file) return file;
  current ??= new AbortController();
  return typeset(asked(), current.signal);
}

// ---------------------------------------------------------------- what is done with it
async function print() {
  const made = await finished();
  given = false;
  look("pages");
  if (navigator.pdfViewerEnabled === false) {
    say("This browser shows no pages inside this page. Open them by themselves, and print them there.");
    return at("alone").querySelector("a").focus();
  }
  pages.src = made.url;
  pages.addEventListener("load", () => pages.contentWindow.print(), {once: true});
}

async function save() {
  const {password, password_again: again} = form.elements;
  if (!password.value && !again.value) {
    const made = await finished();
    given = false;
    return download(made.url, made.name);
  }
  at("lock").open = true;
  if (password.value !== again.value) return show({faults: [{message: "the two passwords differ", hint: "Type the same one twice."}]});
  try {
    const answer = await ask("/api/leaflet", {...asked(), format: "pdf", password: password.value});
    const name = nameOf(answer);
    download(URL.createObjectURL(await answer.blob()), name);
    given = false;
    password.value = again.value = "";
    faults.replaceChildren();
    say(`${name} is saved, and opens with the password only.`);
  } catch (error) { show(problemOf(error)); }
}

async function printers() {
  const found = await (await ask("/api/printers", {})).json();
  at("printer").replaceChildren(...found.names.map((name) => Object.assign(document.createElement("option"), {textContent: name, selected: name === found.usual})));
  at("clinic-printer").hidden = !found.names.length;
}

async function sendToPrinter() {
  const {sent} = await (await ask("/api/print", {leaflet: asked(), printer: at("printer").value})).json();
  given = false;
  say(`The leaflet was ${sent}.`);
}

async function copy() {
  const note = ask("/api/notes", asked()).then((answer) => answer.json()).then((found) => found.note);
  note.catch(() => {}); // it is waited for below
  let copied = true;
  // Some browsers let a page copy only at the very moment of the click, so the text is promised to them.
  try {
    await navigator.clipboard.write([new ClipboardItem({"text/plain": note.then((text) => new Blob([text], {type: "text/plain"}))})]);
  } catch {
    try { await navigator.clipboard.writeText(await note); } catch { copied = false; }
  }
  const line = await note;
  given = false;
  say(copied ? `Copied: ${line}` : `This browser lets no page copy. Select this line and copy it: ${line}`);
}

async function record() {
  const answer = await ask("/api/record", asked());
  download(URL.createObjectURL(await answer.blob()), nameOf(answer));
  given = false;
}

// ---------------------------------------------------------------- why
function listed(blocks) {
  const list = document.createElement("dl");
  for (const block of blocks) {
    const name = document.createElement("dt");
    name.textContent = `${block.section}: ${block.id}`;
    const about = document.createElement("dd");
    about.textContent = `${block.reason}. Sources: ${block.sources.join("; ") || "none"}. ${block.signoff}. ${block.file}, line ${block.line}.`;
    list.append(name, about);
  }
  return list;
}

async function why(sentence) {
  if (!sentence) return;
  frame.contentDocument.querySelector(".asked-about")?.classList.remove("asked-about");
  sentence.classList.add("asked-about");
  at("why").open = true;
  try {
    const {reasons} = await (await ask("/api/why", {leaflet: asked(), sentence: sentence.textContent})).json();
    at("reasons").replaceChildren(reasons.length ? listed(reasons) : "This line is part of the page itself.");
  } catch (error) { told(error); }
}

at("not-here").addEventListener("toggle", async () => {
  if (!at("not-here").open) return;
  try {
    const {left_out: blocks} = await (await ask("/api/notes", asked())).json();
    at("left-out").replaceChildren(listed(blocks));
  } catch (error) { told(error); }
});

// ---------------------------------------------------------------- words and questions
function answer(flag, value) {
  const radio = form.querySelector(`.questions [name="answer-${CSS.escape(flag)}"][value="${value}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.closest("details").open = true;
  if (value === "yes") radio.closest(".question").hidden = false;
}

async function add() {
  const text = at("words").value.trim();
  if (!text) return;
  try {
    const {words} = await (await ask("/api/words", {text})).json();
    at("words").value = "";
    at("words").rows = 1;
    const open = [...at("heard").children].filter((line) => isOpen(line) && !words.some((one) => one.word === line.dataset.word));
    at("heard").replaceChildren(...words.map(heardLine), ...open);
    at("heard").scrollIntoView({block: "nearest"});
    changed();
  } catch (error) { told(error); }
}

// What was typed and is not answered yet is in no leaflet; whoever prints one is told.
function tellOpen() {
  const open = [...at("heard").children].filter(isOpen).map((line) => line.dataset.word);
  at("state-open").textContent = open.length ? `Typed and not answered: ${open.join(", ")}.` : "";
}

// A question that a word asked stands until it is answered, here or below; other words do not answer it.
function isOpen(line) {
  const ownButtons = [...line.querySelectorAll(":scope > .yes-no > button")]; // those of what may be an age
  if (ownButtons.length) return ownButtons.every((one) => one.getAttribute("aria-pressed") === "false");
  return [...line.querySelectorAll("[data-asks]")].some((one) => {
    const unasked = form.querySelector(`.questions [name="answer-${CSS.escape(one.dataset.asks)}"][value=""]`);
    return unasked ? unasked.checked : !one.querySelector("[aria-pressed=true]");
  });
}

function heardLine(word) {
  const line = document.createElement("li");
  line.dataset.word = word.word;
  line.className = word.kind === "means" ? "means" : word.kind === "unknown" ? "unknown" : "asks";
  if (word.kind === "means") {
    line.textContent = `${word.word}: ${word.label || word.entry}`;
    if (word.what === "flags") answer(word.entry, "yes");
    for (const name of ["region", "status"]) {
      if (word.what !== (name === "region" ? "regions" : "statuses")) continue;
      form.querySelector(`[name=${name}][value="${word.entry}"]`).checked = true;
    }
  } else if (word.kind === "unknown") {
    const alike = word.near.length ? ` It looks like ${word.near.join(" or ")}, and may be something else. Ask:` : " Check how it is spelt, or answer the questions below.";
    line.textContent = `${word.word}: ${word.says || "not known here"}. Nothing was set.${word.says ? "" : alike}`;
    for (const one of word.asks) line.append(asksLine(one));
  }
  else if (word.kind === "lasting") {
    line.className = "means";
    line.textContent = `${word.word}: ${word.label}`;
    form.querySelector(`[name=status][value="${word.entry}"]`).checked = true;
  } else if (word.kind === "age") {
    line.className = "means";
    line.textContent = `${word.word}: the age`;
    aged(word);
  } else if (word.kind === "perhaps-age") {
    line.textContent = `${word.word}: is this the age? ${word.entry ? "If not, the pain has lasted so long. " : ""}`;
    line.append(...yesOrNo(`${word.word} is the age`, (yes, before) => {
      if (yes) aged(word);
      else if (before) for (const flag of [...word.yes, ...word.no]) answer(flag, "");
      if (!yes && word.entry) tick("status", word.entry);
    }));
  } else if (word.kind === "perhaps-lasting") {
    line.textContent = `${word.word}: has the pain lasted so long? `;
    line.append(...yesOrNo(`The pain has lasted: ${word.word}`, (yes, before) => {
      if (yes) tick("status", word.entry);
      else if (before) form.querySelector(`[name=status][value="${word.entry}"]`).checked = false;
    }));
  } else if (word.kind === "code") {
    line.textContent = `${word.word}: ${word.says}.`;
  }
  else {
    const near = word.kind === "near" ? `Did you mean ${word.near.join(" or ")}? ` : "";
    line.textContent = `${word.word}: ${near}${word.says}`;
    for (const one of word.asks) line.append(asksLine(one));
    if (word.kind === "near" && word.entry) line.append(asksLine({id: word.entry, question: word.label || word.entry}));
  }
  return line;
}

function aged(word) {
  for (const flag of word.yes) answer(flag, "yes");
  for (const flag of word.no) answer(flag, "no");
}

function asksLine({id, question}) {
  const line = document.createElement("p");
  line.dataset.asks = id;
  line.append(`${question} `, ...yesOrNo(question, (yes) => answer(id, yes ? "yes" : "no")));
  return line;
}

// Two buttons for a question; the one that was pressed is seen.
function yesOrNo(question, answered) {
  const buttons = ["Yes", "No"].map((textContent) => {
    const button = Object.assign(document.createElement("button"), {type: "button", textContent});
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", `${textContent}: ${question}`);
    button.addEventListener("click", () => {
      const before = buttons[0].getAttribute("aria-pressed") === "true"; // "Yes" was pressed by mistake
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      answered(button === buttons[0], before);
      changed();
    });
    return button;
  });
  const both = Object.assign(document.createElement("span"), {className: "yes-no"}); // they stay side by side
  both.append(...buttons);
  return [both];
}

async function readCode() {
  const text = at("code").value.trim();
  if (!text) return;
  try {
    const read = await (await ask("/api/code", {text})).json();
    const taken = takePatientOut();
    fill(read.leaflet);
    at("heard").replaceChildren();
    const anew = read.all_asked ? " Everything was asked then, but questions may have been added: what was a no then is not answered here." : "";
    at("code-says").textContent = `Made on ${read.date}. ${read.same_words ? "It would say the same today." : `Words have changed since: compare before you give it again.${anew}`}${taken}`;
    changed();
  } catch (error) {
    at("code-says").textContent = "";
    told(error);
  }
}

// ---------------------------------------------------------------- the service's usual choices
const chosenPreset = () => form.querySelector("[name=preset]:checked");
const presetOf = (radio) => JSON.parse(radio?.dataset.chosen ?? "null");

// A preset is written into the form, beside what is answered already, so that all of it is seen.
function use(preset) {
  for (const name of ["region", "status"]) tick(name, preset[name]);
  for (const flag of preset.flags ?? []) answer(flag, "yes");
  chooseLooks(preset);
  if (preset.exercises) chooseExercises(preset.exercises);
  Object.assign(doses, dosesOf(preset.doses ?? []));
}

// What was answered otherwise since is what counts: the program would add what the preset says again.
function leavePreset() {
  const preset = presetOf(chosenPreset());
  if (!preset) return;
  const answered = (flag) => form.querySelector(`.questions [name="answer-${CSS.escape(flag)}"][value="yes"]`)?.checked ?? true;
  if ((preset.flags ?? []).every(answered) && (!preset.exercises || order.length)) return;
  tick("preset", "");
  at("preset-says").textContent = "You changed what this choice says, so it is no longer chosen: what is answered below counts.";
}

function tick(name, value) {
  const radio = form.querySelector(`[name=${name}][value="${CSS.escape(value ?? "?")}"]`);
  if (radio) radio.checked = true;
}

function chooseLooks(wanted) {
  for (const name of ["place", "paper", "size", "edition"]) if (form.elements[name] && wanted[name]) form.elements[name].value = wanted[name];
  for (const name of SWITCHES) if (wanted[name] && form.elements[name]?.type === "checkbox") form.elements[name].checked = true;
}

function chooseExercises(ids) {
  for (const id of order) boxOf(id).checked = false;
  order = ids.filter(boxOf);
  for (const id of order) boxOf(id).checked = true;
}

const dosesOf = (written) => Object.fromEntries(written.map((one) => one.split("=")).map(([id, text]) => [id, readDose(text)]));

// A code is of nobody: what was typed of a patient before may be of another one.
function takePatientOut() {
  const held = ["name", "note", "date"].filter((one) => form.elements[one].value.trim());
  for (const one of held) form.elements[one].value = "";
  at("note-says").textContent = "";
  return held.length ? ` Taken out, because a code is of nobody: ${held.join(", ")}. Type again what is this patient's.` : "";
}

// Answer the form as a request says; what is not in it was not asked, or with `screened` is no.
function fill(wanted) {
  for (const one of form.querySelectorAll("input[type=checkbox]")) one.checked = false;
  for (const name of ["region", "status"]) tick(name, wanted[name]);
  tick("preset", ""); // all that it says is in the code
  for (const question of form.querySelectorAll(".questions .question")) {
    const given = wanted.flags.includes(question.dataset.flag);
    // A broad question, which its kinds replaced, stands there only for a yes that was given before.
    const broad = question.classList.contains("broad");
    if (broad) question.hidden = !given;
    question.querySelector(`[value="${given ? "yes" : wanted.screened || broad ? "no" : ""}"]`).checked = true;
    if (given) question.closest("details").open = true;
  }
  chooseLooks(wanted);
  chooseExercises(wanted.exercises);
  doses = dosesOf(wanted.doses);
}

function counted() {
  let open = 0, all = 0;
  for (const group of form.querySelectorAll("details.group")) {
    const questions = [...group.querySelectorAll(".question:not([hidden])")];
    const left = questions.filter((one) => one.querySelector('[value=""]')?.checked).length;
    const yes = questions.filter((one) => one.querySelector('[value="yes"]').checked).length;
    group.querySelector(".tally").textContent = `${yes ? `${yes} yes, ` : ""}${left ? `${left} not asked` : "all asked"}`;
    open += left;
    all += questions.length;
  }
  at("count").textContent = open ? `${all - open} of ${all} questions asked. One that was not asked counts as "perhaps".` : `All ${all} questions asked.`;
  const region = form.elements.region.value;
  for (const zone of document.querySelectorAll(".zone")) zone.classList.toggle("on", zone.dataset.region === region);
  for (const one of form.querySelectorAll(".card, .exercise, .question")) {
    one.classList.toggle("on", Boolean(one.querySelector(one.matches(".question") ? '[value="yes"]:checked' : ":checked")));
  }
  for (const one of form.querySelectorAll(".exercise")) one.parentElement.hidden = region && !one.dataset.regions.split(" ").includes(region);
  listChosen();
}

let listed_now = "";

// The chosen exercises with their doses; made anew only where they changed, so that the focus stays.
function listChosen() {
  const status = form.elements.status.value;
  const usual = Object.keys(doses).filter((id) => !order.includes(id) && boxOf(id)); // a code may give these a dose
  const now = JSON.stringify([order, usual, status]);
  if (now === listed_now) return;
  listed_now = now;
  at("chosen").replaceChildren(...order.map((id, index) => chosenLine(id, index, status)), ...usual.map((id) => chosenLine(id, -1, status)));
}

function chosenLine(id, index, status) {
  const line = document.createElement("li");
  const name = nameOfExercise(id);
  line.append(Object.assign(document.createElement("strong"), {textContent: index < 0 ? `${name} (where it is printed)` : name}), ...doseFields(id, name, status));
  if (index < 0) return line;
  line.draggable = true;
  line.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", String(index)));
  line.addEventListener("dragover", (event) => event.preventDefault());
  line.addEventListener("drop", (event) => { event.preventDefault(); move(Number(event.dataTransfer.getData("text/plain")), index); });
  for (const [words, step] of [["Earlier", -1], ["Later", 1]]) {
    const to = index + step;
    const button = Object.assign(document.createElement("button"), {type: "button", textContent: words, disabled: to < 0 || to >= order.length});
    button.setAttribute("aria-label", `${words}: ${name}`);
    button.addEventListener("click", () => {
      move(index, to);
      const moved = at("chosen").children[to].querySelectorAll("button");
      (moved[step < 0 ? 0 : 1].disabled ? moved[step < 0 ? 1 : 0] : moved[step < 0 ? 0 : 1]).focus();
    });
    line.append(button);
  }
  return line;
}

function doseFields(id, name, status) {
  const limits = JSON.parse(boxOf(id).closest("label").dataset.doses)[status] ?? [];
  const group = Object.assign(document.createElement("span"), {className: "dose"});
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Dose: ${name}`);
  for (const limit of limits) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), {type: "number", min: 1, max: limit.most, value: doses[id]?.[limit.name] ?? ""});
    input.addEventListener("input", () => { (doses[id] ??= {})[limit.name] = input.value; });
    label.append(input, ` ${limit.name.startsWith("hold") ? "hold, " : ""}${limit.unit}`);
    group.append(label);
  }
  return limits.length ? [group] : [];
}

function move(from, to) {
  const [one] = order.splice(from, 1);
  order.splice(to, 0, one);
  changed();
  saidPlace(one);
}

function saidPlace(id) {
  at("moved").textContent = `${nameOfExercise(id)} is number ${order.indexOf(id) + 1} of ${order.length}.`;
}

// ---------------------------------------------------------------- events
form.addEventListener("change", (event) => {
  const one = event.target;
  if (LOCK.has(one.name)) return;
  if (one.name === "exercises") {
    if (one.checked) order.push(one.value);
    else delete doses[one.value];
  }
  if (one.name === "preset") {
    at("preset-says").textContent = "";
    if (one.dataset.chosen) use(presetOf(one));
  }
  changed();
  if (one.name === "exercises") {
    if (one.checked) saidPlace(one.value);
    else at("moved").textContent = "";
  }
});
form.addEventListener("reset", () => setTimeout(() => {
  order = [];
  doses = {};
  given = false;
  shown = new Set();
  at("heard").replaceChildren();
  tellOpen();
  faults.replaceChildren();
  emptied();
  if (at("preset-says")) at("preset-says").textContent = "";
  at("moved").textContent = at("note-says").textContent = at("code-says").textContent = "";
  say("Choose where it hurts, and the leaflet appears here.");
  changed();
}));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  finished().then(() => {
    look("pages");
    if (matchMedia("(max-width: 62rem)").matches) at("leaflet").scrollIntoView(); // it stands below the form
  }).catch(stopped);
});
for (const zone of document.querySelectorAll(".zone")) {
  zone.addEventListener("click", () => {
    form.querySelector(`[name=region][value="${zone.dataset.region}"]`).checked = true;
    changed();
  });
}
for (const button of document.querySelectorAll(".none")) {
  button.addEventListener("click", () => {
    for (const one of button.closest("details").querySelectorAll('[value=""]:checked')) {
      one.closest(".question").querySelector('[value="no"]').checked = true;
    }
    changed();
  });
}
at("read-code").addEventListener("click", readCode);
at("code").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); readCode(); } });
// Nothing of a note is cut off: what is too long is refused, and how much is said while it is typed.
at("note").addEventListener("input", () => {
  const most = Number(at("note").dataset.most), long = [...at("note").value.trim()].length;
  at("note-says").textContent = long > most ? `${long} characters: ${long - most} too many.` : long > most * 0.8 ? `${long} of ${most} characters.` : "";
});
at("add").addEventListener("click", add);
// A pasted list keeps its lines, and is seen whole.
at("words").addEventListener("input", () => { at("words").rows = Math.min(8, at("words").value.split("\n").length); });
at("words").addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); add(); } });
at("as-text").addEventListener("click", () => look("text"));
at("as-pages").addEventListener("click", () => look("pages"));
at("print").addEventListener("click", () => print().catch(stopped));
// The keys that print a page print the leaflet, as its button does.
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "p") return;
  if (faults.textContent || frame.classList.contains("empty")) return;
  event.preventDefault();
  print().catch(stopped);
});
at("send").addEventListener("click", () => sendToPrinter().catch(told));
at("save").addEventListener("click", () => save().catch(stopped));
at("copy").addEventListener("click", () => copy().catch(told));
at("record").addEventListener("click", () => record().catch(told));
const misplaced = () => show({faults: [{message: "A file cannot be dropped here.", hint: "A list of patients goes on the page “A list”."}]});
keepPage(window, misplaced);
frame.addEventListener("load", () => keepPage(frame.contentWindow, misplaced));
keepPage(frame.contentWindow, misplaced);
addEventListener("beforeunload", (event) => { if (given) event.preventDefault(); }); // the browser asks
counted();
keepSecret();
if (at("from-record")) {
  const {startRecord} = await import("/files/record.js");
  startRecord({form, proposed, answer, changed, stopped});
}
if (missing) show(missing);
else printers().catch(() => {}); // a page without printers is no fault
