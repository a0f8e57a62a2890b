// Ask the server. The secret after the # of the address is sent as a header, and never in an address.

// On a clinic's network a password stands in for it (the page is then not of this machine).
const local = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
// What follows the first & is what a record system proposes; it leaves the address at once.
const [given, ...more] = location.hash.slice(1).split("&");
export const proposed = new URLSearchParams(more.join("&"));
// A link of a record system has no secret: another page of ours that is open gives it, if it is asked.
const tabs = new BroadcastChannel("handouts-secret");
const token = given || (local ? await fromTab(400) : "page");
tabs.onmessage = ({data}) => {
  if (data === "who" && token) tabs.postMessage({token});
  else if (data?.token && !token) { location.hash = [data.token, ...more].join("&"); location.reload(); }
};
if (more.length || (token && token !== given && local)) history.replaceState(null, "", token && local ? `#${token}` : location.pathname);
if (token && local) tabs.postMessage({token});

// A link that is followed in this very tab changes what follows the # only.
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#&")) return;
  if (local) history.replaceState(null, "", `#${token}${location.hash.slice(1)}`);
  location.reload();
});

function fromTab(milliseconds) {
  return new Promise((done) => {
    const late = setTimeout(() => done(""), milliseconds);
    tabs.onmessage = ({data}) => { if (data?.token) { clearTimeout(late); done(data.token); } };
    tabs.postMessage("who");
  });
}

export const missing = token ? null : {faults: [{message: "This page was opened without its secret.", hint: "Open its whole address, with what follows the #, here or in another tab of this browser. Whoever runs the page can give it."}]};

document.documentElement.classList.add("scripts");

export async function send(path, body, headers, signal) {
  let answer;
  try { answer = await fetch(path, {method: "POST", headers: {"x-handouts-token": token, ...headers}, body, signal}); } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Object.assign(new Error("unreachable"), {problem: unreachable});
  }
  if (!answer.ok) {
    let problem = {code: "unreadable", faults: [{message: `the server answered ${answer.status}`}]};
    try { problem = await answer.json(); } catch { /* not from our server */ }
    if (problem.code === "token" && token) problem = {...problem, ...restarted};
    throw Object.assign(new Error(problem.code), {problem});
  }
  return answer;
}

export function ask(path, record, signal) {
  return send(path, JSON.stringify(record), {"content-type": "application/json"}, signal);
}

export function nameOf(answer) {
  return /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))[1];
}

export function download(url, name) {
  const link = Object.assign(document.createElement("a"), {href: url, download: name});
  document.body.append(link);
  link.click();
  link.remove();
}

const ended = (text) => (/[.!?:]$/.test(text) ? text : `${text}.`);
const sentence = (text) => ended(text.slice(0, 1).toUpperCase() + text.slice(1));

export function showFaults(place, problem) {
  place.replaceChildren(...problem.faults.map((fault) => {
    const line = document.createElement("p");
    line.textContent = [fault.where, fault.where ? ended(fault.message) : sentence(fault.message)].filter(Boolean).join(": ");
    if (fault.hint) {
      const hint = Object.assign(document.createElement("span"), {className: "help", textContent: ` ${sentence(fault.hint)}`});
      line.append(hint);
    }
    return line;
  }));
}

// What to say of an error: a refusal of the server, or what the browser could not do.
export const problemOf = (error) => error.problem ?? {faults: [{message: "This browser could not do that.", hint: `Load the page again. If it stays so, tell whoever runs the page: ${error.message}`}]};

export const unreachable = {faults: [{message: "The program that makes the leaflets does not answer.", hint: "Start it again (the command is `handout serve`), or ask whoever runs it. What you typed is still here."}]};

const restarted = {faults: [{message: "The program was started anew since this page was opened, and does not know it any more.", hint: "Copy what you typed, and open the address that the program gives now. Whoever runs it has it."}]};

// A file that is dropped beside its place would replace the page, and all that was typed in it.
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
export function keepPage(place, dropped = () => {}) {
  place.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  place.addEventListener("drop", (event) => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    dropped(event);
  });
}

// Links and forms that lead to our other pages keep the secret.
export function keepSecret() {
  for (const link of document.querySelectorAll("a.keeps-secret")) link.hash = token;
  for (const form of document.querySelectorAll("form.keeps-secret")) form.action = `${form.getAttribute("action")}#${token}`;
}
