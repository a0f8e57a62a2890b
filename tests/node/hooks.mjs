// Call a CDS Hooks service with a client of another project: its address, and a request, are on standard input.

import {readFileSync} from "node:fs";
import {MedplumClient} from "@medplum/core";

const {base, request} = JSON.parse(readFileSync(0, "utf8"));
const client = new MedplumClient({baseUrl: base, cdsServicesUrl: "cds-services", fetch});
const found = await client.getCdsServices();
const answer = await client.callCdsService(found.services[0].id, request);
console.log(JSON.stringify({found, answer}));
