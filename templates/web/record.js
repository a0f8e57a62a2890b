// What a patient's record proposes. It sets nothing: each proposal is a question with two buttons.

import {ask, send} from "/files/server.js";

const list = document.getElementById("proposals");
const says = document.getElementById("record-says");
const zone = document.getElementById("from-record");
const picker = document.getElementById("record-file");

// One resource on each line becomes a list; what is no JSON becomes nothing.
function asJson(text) {
  const parses = (one) => { try { JSON.parse(one); return true; } catch { return false; } };
  if (parses(text)) return text;
  const lines = text.split("\n").filter((one) => one.trim());
  return lines.length > 1 && lines.every(parses) ? `[${lines.join(",")}]` : "";
}

function line(text, name) {
  return Object.assign(document.createElement("li"), {textContent: text, className: name});
}

// Start with what the address says, and take files that are dropped or chosen.
export function startRecord({form, proposed, answer, changed, stopped}) {
  function button(words, asks, then, item) {
    const one = Object.assign(document.createElement("button"), {type: "button", textContent: words});
    one.setAttribute("aria-label", `${words}: ${asks}`);
    one.setAttribute("aria-pressed", "false");
    one.addEventListener("click", () => {
      then();
      for (const other of item.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === one));
      changed();
    });
    return one;
  }

  function choice(name, id, why) {
    const radio = form.querySelector(`[name=${name}][value="${CSS.escape(id)}"]`);
    if (!radio) return null;
    const item = line(`${name === "region" ? "Where" : "How long"}: ${radio.closest("label").textContent.trim()}? `, "asks");
    const asks = item.textContent.trim();
    item.append(button("Yes", asks, () => { radio.checked = true; }, item), " ", button("No", asks, () => { radio.checked = false; }, item));
    return told(item, why);
  }

  function question(id, why) {
    const block = form.querySelector(`.question[data-flag="${CSS.escape(id)}"]`);
    if (!block) return null;
    const item = line(`${block.querySelector("legend").textContent.trim()} `, "asks");
    const asks = item.textContent.trim();
    item.append(button("Yes", asks, () => answer(id, "yes"), item), " ", button("No", asks, () => answer(id, "no"), item));
    return told(item, why);
  }

  function told(item, why) {
    for (const words of why) item.append(Object.assign(document.createElement("p"), {className: "help", textContent: words}));
    return item;
  }

  function show(found) {
    const items = found.map(({about, id, why}) => about === "flag" ? question(id, why) : choice(about, id, why));
    list.replaceChildren(...items.filter(Boolean));
  }

  let record = ""; // as long as the page is open, so that a name that is typed later is held against it

  async function propose(text) {
    const name = form.elements.name.value.trim();
    const json = asJson(text.replace(/^\uFEFF/, ""));
    if (!json) return (await send("/api/fhir/propose", text, {"content-type": "application/fhir+json"})).json(); // which says what it is
    const body = `{"name":${JSON.stringify(name)},"record":${json}}`;
    return (await send("/api/fhir/propose", body, {"content-type": "application/json"})).json();
  }

  function answered() {
    const changed = (one) => one.checked !== one.defaultChecked;
    return [...form.querySelectorAll(".questions input")].some(changed) || Boolean(form.elements.note?.value.trim());
  }

  // Two patients are never mixed: with another record, all that was given before goes first.
  function take(text) {
    picker.value = "";
    if (text === record || (!record && !answered())) return read(text);
    const item = line("This record was not read: the form holds another patient’s, or answers that were given before. ", "unknown");
    const again = Object.assign(document.createElement("button"), {type: "button", textContent: "Start again with this record"});
    again.addEventListener("click", () => { form.reset(); setTimeout(() => read(text)); });
    item.append(again);
    says.replaceChildren(item);
    again.focus();
  }

  function counted(what, found) {
    const named = Object.entries(found).map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
    return named.length ? [line(`${what}: ${named.join(", ")}.`, "")] : [];
  }

  async function read(text) {
    record = "";
    says.replaceChildren();
    list.replaceChildren();
    try {
      const found = await propose(text);
      show(found.proposals.map((one) => ({about: one.about, id: one.id, why: one.because.map(reason)})));
      const kinds = Object.entries(found.read).map(([kind, count]) => `${kind}: ${count === 0 ? "none found" : count}`);
      says.replaceChildren(
        line(found.proposals.length ? `${found.proposals.length === 1 ? "1 question" : `${found.proposals.length} questions`} to ask the patient, above. Nothing is ticked yet.` : "It proposes nothing.", ""),
        line(`Read: ${kinds.join(", ")}.`, ""),
        line(`It says nothing about ${found.silent.length} questions; that is no answer.`, ""),
        ...(found.answered_no.length ? [line(`Answered no in a questionnaire: ${found.answered_no.join(", ")}.`, "")] : []),
        ...found.not_understood.map((one) => line(`Not understood: ${one.from} “${one.display}”`, "unknown")),
        ...found.left_out.map((one) => line(`Left out: ${one.from} “${one.display}”: ${one.why}`, "")),
        ...counted("No rule is about", found.no_rule_about),
        ...counted("Not looked at", found.not_looked_at),
      );
      record = text;
    } catch (error) { stopped(error); }
  }

  // Another name than the record's goes: what was answered is about the patient of the record.
  async function renamed() {
    if (!record) return;
    try { await propose(record); } catch (error) {
      form.elements.name.value = "";
      changed();
      const why = error.problem ? error.problem.faults.map((fault) => fault.message).join("; ") : "the program does not answer";
      says.prepend(line(`The name was taken out again: ${why}. For another patient press Start again.`, "unknown"));
    }
  }

  function reason(one) {
    const facts = [one.status, one.date, one.doubt].filter(Boolean).join(", ");
    return `${one.from} “${one.display}”${facts ? `: ${facts}` : ""}`;
  }

  picker.addEventListener("change", () => { if (picker.files.length) picker.files[0].text().then(take); });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 1) event.dataTransfer.files[0].text().then(take);
    else says.replaceChildren(line("Drop one file: the record of one patient.", "unknown"));
  });
  form.elements.name.addEventListener("change", renamed);
  form.addEventListener("reset", () => { record = ""; list.replaceChildren(); says.replaceChildren(); });
  const abouts = {ask: "flag", region: "region", status: "status"};
  const found = [...proposed].filter(([name]) => abouts[name]).map(([name, id]) => ({about: abouts[name], id, why: []}));
  show(found);
  if (found.length) says.replaceChildren(line("The record system asks about these. Nothing is ticked yet: ask the patient.", ""));
}
