// Call a CDS Hooks service with a client of another project: its address, and a request, are on standard input.
// Each card, and each of the faulty ones that are sent besides, is held against the invariants of the standard.

import {readFileSync} from "node:fs";
import {MedplumClient, evalFhirPath} from "@medplum/core";

// By the name that CDS Hooks gives them: what holds of a card, and what of each of its links.
const OF_CARDS = {
  "cds-resp-1": "(selectionBehavior = 'at-most-one') implies (suggestions.where(isRecommended).count() <= 1)",
  "cds-resp-4": "overrideReasons.all(display.exists())",
  "cds-resp-5": "suggestions.actions.all(description.exists())",
  "cds-resp-6": "suggestions.exists() implies selectionBehavior.exists()",
};
const OF_LINKS = {"cds-resp-3": "(type != 'smart') implies appContext.empty()"};

function broken(card) {
  const holds = (expression, on) => evalFhirPath(expression, on)[0] !== false;
  const cards = Object.entries(OF_CARDS).filter(([, one]) => !holds(one, card));
  const links = Object.entries(OF_LINKS).filter(([, one]) => !(card.links ?? []).every((link) => holds(one, link)));
  return [...cards, ...links].map(([name]) => name);
}

const {base, request, faulty} = JSON.parse(readFileSync(0, "utf8"));
const client = new MedplumClient({baseUrl: base, cdsServicesUrl: "cds-services", fetch});
const found = await client.getCdsServices();
const answer = await client.callCdsService(found.services[0].id, request);
console.log(JSON.stringify({found, answer, broken: answer.cards.map(broken), faults: faulty.map(broken)}));
