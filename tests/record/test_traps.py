"""Entries as record systems write them, each with what a careful reader would set, ask or leave."""

from typing import Any

import pytest

from tests.record.resources import (
    ATC,
    ICD10,
    ICD10CM,
    RXNORM,
    SNOMED,
    Json,
    allergy,
    asked,
    concept,
    condition,
    medicine,
    proposed,
    reading_of,
)

LOINC = "http://loinc.org"
NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
WARFARIN = "Warfarin Sodium 5 MG Oral Tablet"


def code(*codings: tuple[str, str, str], text: str = "") -> Json:
    """Write a CodeableConcept of several codings."""
    listed = [{"system": one, "code": two, "display": three} for one, two, three in codings]
    return ({"coding": listed} if listed else {}) | ({"text": text} if text else {})


def ill(*codings: tuple[str, str, str], text: str = "", **others: Any) -> Json:  # noqa: ANN401 - any JSON
    """Write a confirmed, active condition; `others` stand in place of what it has."""
    return condition(code(*codings, text=text)) | others


def takes(text: str, **others: Any) -> Json:  # noqa: ANN401 - any JSON
    """Write a prescription that is active."""
    return medicine(text) | others


def observed(loinc: str, on: str = "2026-10-01", **value: Any) -> Json:  # noqa: ANN401 - any JSON
    """Write a final observation."""
    found = {"resourceType": "Observation", "status": "final", "code": concept(LOINC, loinc)}
    return found | {"effectiveDateTime": on} | value


def done(snomed: str, name: str, on: str) -> Json:
    """Write a procedure that was done."""
    found = {"resourceType": "Procedure", "status": "completed", "performedDateTime": on}
    return found | {"code": concept(SNOMED, snomed, name)}


def measured(snomed: str, name: str, value: float, unit: str = "") -> Json:
    """Write a result under a code of SNOMED CT that one country has."""
    found = observed("", valueQuantity={"value": value, "unit": unit})
    return found | {"code": concept(SNOMED, snomed, name)}


def status(one: str) -> Json:
    """Write a status of a condition."""
    return {"coding": [{"code": one}]}


ULCER, ASTHMA = (SNOMED, "51868009", "Ulcer of duodenum"), (SNOMED, "195967001", "Asthma")
DIABETES, CANCER = (SNOMED, "44054006", "Diabetes"), (ICD10, "C18.9", "Cancer of colon")
PREGNANT = (SNOMED, "72892002", "Normal pregnancy")
TROUBLED = {
    "no status of verification": (ill(ULCER, verificationStatus={}), "gi-ulcer", ""),
    "no clinical status": (ill(ULCER, clinicalStatus={}), "", "gi-ulcer"),
    "status in words": (ill(ULCER, clinicalStatus={"text": "Active"}), "gi-ulcer", ""),
    "status by two codes": (
        ill(ULCER, clinicalStatus={"coding": [{"system": SNOMED, "code": "55561003"},
                                              {"code": "active"}]}), "gi-ulcer", "",
    ),
    "refuted beside confirmed": (
        ill(ULCER, verificationStatus={"coding": [{"code": "confirmed"}, {"code": "refuted"}]}),
        "", "",
    ),
    "status that says nothing": (
        ill(ASTHMA, clinicalStatus={"coding": [{"system": NULL, "code": "UNK"}]}), "", "asthma",
    ),
    "inactive, now": (ill(PREGNANT, clinicalStatus=status("inactive")), "", ""),
    "inactive, ever": (ill(CANCER, clinicalStatus=status("inactive")), "cancer-history", ""),
    "in remission": (ill(DIABETES, clinicalStatus=status("remission")), "", "diabetes"),
    "ended, and no status": (
        ill(PREGNANT, clinicalStatus={}, abatementDateTime="2026-09-01"), "", "",
    ),
    "ended by a range": (
        ill(PREGNANT, abatementRange={"low": {"value": 20}}), "", "pregnant",
    ),
    "an end still to come": (ill(PREGNANT, abatementDateTime="2027-03-01"), "pregnant", ""),
    "period that goes on": (
        ill(PREGNANT, abatementPeriod={"start": "2027-01-01", "end": "2027-02-01"}), "pregnant", "",
    ),
    "modified in a way that nobody knows": (
        ill(ULCER, modifierExtension=[{"url": "https://x", "valueBoolean": True}]),
        "", "gi-ulcer",
    ),
    # codes and words
    "two codes that agree": (
        ill((SNOMED, "73211009", "Diabetes mellitus"), (ICD10CM, "E11.9", "Type 2 diabetes")),
        "diabetes", "",
    ),
    "family history in Spanish": (
        ill(DIABETES, text="Antecedentes familiares de diabetes"), "", "diabetes",
    ),
    "no illness": (ill((SNOMED, "22298006", "Myocardial infarction"), text="No MI"), "",
                   "heart-disease"),
    "never was": (ill(ASTHMA, text="Asthma never present"), "", "asthma"),
    "a wrong diagnosis": (ill(ASTHMA, text="Wrong diagnosis of asthma"), "", "asthma"),
    "that of a partner": (ill(ASTHMA, text="Asthma (partner)"), "", "asthma"),
    "not seen": (ill(ULCER, text="Duodenal ulcer not seen at OGD"), "", "gi-ulcer"),
    "not specified, in Spanish": (
        ill((ICD10, "M54.5", "Lumbago no especificado")), "lumbar", "",
    ),
    "suspected, in German": (ill(ASTHMA, text="V.a. Asthma bronchiale"), "", "asthma"),
    "ruled out, in German": (
        ill((ICD10, "K26", "Ulcus duodeni"), text="Ausschluss Ulcus duodeni"), "", "gi-ulcer",
    ),
    "ruled out, in French": (
        ill((ICD10, "J45", "Asthme"), text="Asthme éliminé"), "", "asthma",
    ),
    "so it is, in Spanish": (
        ill((SNOMED, "51868009", "úlcera duodenal"), text="Úlcera duodenal"), "gi-ulcer", "",
    ),
    "a code of the German edition": (
        ill(("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "N18.3", "Nierenkrankheit, Stadium 3")),
        "", "kidney-disease",
    ),
    "pregnant, in words and an unknown code": (
        ill((SNOMED, "237238006", "Pregnancy with uncertain dates (finding)")), "", "pregnancy",
    ),
    "a clot of long ago": (
        ill((SNOMED, "59282003", "Pulmonary embolism"), clinicalStatus=status("resolved"),
            recordedDate="2010-01-01"), "", "blood-thinners",
    ),
    "a broken vertebra of long ago": (
        ill((SNOMED, "207957008", "Closed fracture lumbar vertebra"), recordedDate="2010-01-01"),
        "", "osteoporosis",
    ),
    "complicated by a pregnancy, or after it": (
        ill((ICD10CM, "O99.89", "Other diseases complicating pregnancy, childbirth")), "",
        "pregnancy",
    ),
    "polyps of the nose": (
        ill((ICD10, "J33.9", "Nasal polyp, unspecified")), "", "asthma-nsaid-sensitive",
    ),
    "a liver with a virus": (
        ill((ICD10, "B18.2", "Chronic viral hepatitis C")), "", "liver-disease",
    ),
    "what steroids are given for": (
        ill((SNOMED, "65323003", "Polymyalgia rheumatica")), "", "long-term-steroids",
    ),
    "without a spleen": (
        ill((SNOMED, "161626009", "History of splenectomy")), "", "immunosuppressed",
    ),
    "oxygen at home": (
        ill((ICD10CM, "Z99.81", "Dependence on supplemental oxygen")), "", "breathing-problem",
    ),
    "who falls": (ill((ICD10CM, "Z91.81", "History of falling")), "", "frail"),
    "a skin with blisters": (ill((SNOMED, "77090002", "Bullous pemphigoid")), "", "skin-fragile"),
    "a cord under pressure": (ill((SNOMED, "202664003", "Cervical myelopathy")), "",
                              "nerve-illness"),
    "a heavy drinker": (ill((SNOMED, "86933000", "Heavy drinker")), "alcohol-or-dependence", ""),
    "a nerve of the low back": (
        ill((ICD10CM, "M54.16", "Radiculopathy, lumbar region")), "", "lumbar",
    ),
    "spasm, not of the back": (ill((ICD10CM, "M62.838", "Other muscle spasm")), "", "neck"),
    "two codes that do not": (ill(DIABETES, (ICD10, "J45", "Asthma")), "diabetes", "asthma"),
    "no code but that there is none": (
        ill((NULL, "UNK", "unknown"), text="Asthma"), "", "asthma",
    ),
    "a code without a system": (condition({"coding": [{"code": "195967001"}]}), "", ""),
    "an edition of SNOMED CT": (
        ill((f"{SNOMED}/83821000000107", "195967001", "Asthma")), "asthma", "",
    ),
    "a system by its number": (
        ill(("urn:oid:2.16.840.1.113883.6.96", "195967001", "Asthma")), "asthma", "",
    ),
    "code of one, words of a relative": (
        ill(CANCER, text="Family history of colon cancer"), "", "cancer-history",
    ),
    "family history": (ill((SNOMED, "312824007", "Family history of cancer of colon")), "", ""),
    "family history in ICD": (
        ill((ICD10CM, "Z80.0", "Family history of malignant neoplasm of digestive organs")), "", "",
    ),
    "short for a family": (ill((SNOMED, "429740004", "FH: breast cancer")), "", ""),
    "insulin that is used": (
        ill((ICD10CM, "Z79.4", "Long term (current) use of insulin")), "", "diabetes",
    ),
    "frail by its official name": (
        ill((ICD10CM, "R54", "Age-related physical debility")), "frail", "",
    ),
    "mother had it": (ill(text="Mother: breast cancer at 60"), "", ""),
    "no evidence": (ill((ICD10, "J45", "Asthma"), text="No evidence of asthma"), "", "asthma"),
    "with a question mark": (ill((ICD10, "J45", "Asthma"), text="?Asthma"), "", "asthma"),
    "rule out": (ill(ULCER, text="R/O duodenal ulcer"), "", "gi-ulcer"),
    "a name with `without` in it": (
        ill((ICD10CM, "E11.9", "Type 2 diabetes mellitus without complications")), "diabetes", "",
    ),
    "an official name with `no` in it": (
        ill((SNOMED, "55570000", "Asthma without status asthmaticus (disorder)")), "asthma", "",
    ),
    "suspected": (ill((SNOMED, "162573006", "Suspected lung cancer (situation)")), "", ""),
    "in situ": (ill((SNOMED, "109355002", "Carcinoma in situ (disorder)")), "", "cancer-history"),
    "before diabetes": (ill((SNOMED, "15777000", "Prediabetes")), "", ""),
    "glaucoma suspect": (ill((ICD10CM, "H40.00", "Preglaucoma, unspecified")), "", "glaucoma"),
    "tobacco": (ill((ICD10, "F17.2", "Nicotine dependence")), "", ""),
    "after birth": (
        ill((ICD10CM, "O24.43", "Gestational diabetes mellitus in the puerperium")), "",
        "pregnant",
    ),
    "thyroid that does too little": (ill((ICD10, "E03.9", "Hypothyroidism")), "", ""),
    "depression": (ill((SNOMED, "370143000", "Major depression disorder")), "", ""),
    "a transplant long ago": (
        ill((SNOMED, "161665007", "History of renal transplant (situation)")),
        "immunosuppressed kidney-disease", "",
    ),
    "cancer of the lung": (
        ill((SNOMED, "254637007", "Non-small cell lung cancer (disorder)")), "cancer-history", "",
    ),
    "a code of one country": (
        ill((SNOMED, "368581000119106", "Neuropathy due to type 2 diabetes mellitus (disorder)")),
        "", "diabetes reduced-sensation",
    ),
    "neck pain in words": (ill(text="Chronic neck pain"), "", "neck"),
    "an illness of the neck": (ill(text="Osteoarthritis of neck"), "", ""),
    "with sciatica": (ill((SNOMED, "202794004", "Lumbago with sciatica")), "", "lumbar"),
    # days
    "a break this year": (
        ill((SNOMED, "58150001", "Fracture of clavicle"), onsetDateTime="2026"), "",
        "recent-surgery-or-injury",
    ),
    "until the last year there is": (
        ill(PREGNANT, abatementPeriod={"start": "2026-05-01", "end": "9999"}), "pregnant", "",
    ),
    "of the last month there is": (ill(ULCER, recordedDate="9999-12"), "", "gi-ulcer"),
    "until the end of a month of 28 days": (
        ill(PREGNANT, abatementDateTime="2026-02"), "", "pregnant",
    ),
    "a break in August": (
        ill((SNOMED, "58150001", "Fracture of clavicle"), onsetDateTime="2026-08"), "",
        "recent-surgery-or-injury",
    ),
    "a break in spring": (
        ill((SNOMED, "58150001", "Fracture of clavicle"), onsetDateTime="2026-04"), "", "",
    ),
    "a sprain of long ago, in words": (
        ill(text="Sprain of ankle", onsetDateTime="2019-04-16"), "", "",
    ),
    "kidneys, without a stage": (
        ill((SNOMED, "197663003", "Impaired renal function disorder")), "", "kidney-disease",
    ),
    # allergies
    "an allergy of the reaction": (
        allergy(concept(SNOMED, "416098002", "Allergy to drug"))
        | {"reaction": [{"substance": concept(RXNORM, "5640", "Ibuprofen")}]}, "nsaid-allergy", "",
    ),
    "to a brand": (allergy(concept("urn:local", "7", "Nurofen Plus")), "nsaid-allergy", ""),
    "to a class": (allergy(concept(SNOMED, "372665008", "NSAID")), "nsaid-allergy", ""),
    "in words": (allergy({"text": "Aspirin"}), "", "nsaid-allergy"),
    "to penicillin": (allergy(concept(RXNORM, "7980", "Penicillin G")), "", ""),
    "to penicillin, in full": (
        allergy(concept(SNOMED, "91936005", "Allergy to penicillin")), "", "",
    ),
    "tolerated": (
        allergy(code((RXNORM, "5640", "Ibuprofen"), text="Ibuprofen: tolerates, no allergy")), "",
        "nsaid-allergy",
    ),
    "to latex": (allergy({"text": "Latex allergy"}), "", ""),
    "to some medicine": (allergy({"text": "Drug allergy"}), "", "nsaid-allergy"),
    "to several things": (allergy({"text": "Multiple allergies"}), "", "nsaid-allergy"),
    "to paracetamol": (allergy(concept(RXNORM, "161", "Acetaminophen")), "", ""),
    "none is known": (allergy({"text": "No known drug allergies"}), "", ""),
    "none but one": (
        allergy(concept("urn:local", "1", "No known allergies except aspirin")), "",
        "nsaid-allergy",
    ),
    "brought over from another record": (
        allergy(code((SNOMED, "196461000000101", "Transfer-degraded drug allergy"),
                     text="Transfer-degraded: Aspirin")), "", "nsaid-allergy",
    ),
    "refuted": (allergy(concept(RXNORM, "1191", "Aspirin"), sure="refuted"), "", ""),
    # medicines
    "by the route on the skin": (
        takes("Hydrocortisone", dosageInstruction=[{"route": concept(SNOMED, "6064005")}]), "", "",
    ),
    "by mouth, as a code alone": (
        takes("Sertraline 100MG", dosageInstruction=[{"route": concept(SNOMED, "26643006")}]),
        "ssri-snri", "",
    ),
    "held inside": (
        takes("x", medicationCodeableConcept=None, medicationReference={"reference": "#m"},
              contained=[{"resourceType": "Medication", "id": "m",
                          "code": concept(RXNORM, "855332", WARFARIN)}]), "warfarin", "",
    ),
    "by what it holds": (
        takes("x", medicationCodeableConcept=None, medicationReference={"reference": "#m"},
              contained=[{"resourceType": "Medication", "id": "m",
                          "form": concept(SNOMED, "385055001", "Tablet"),
                          "ingredient": [{"itemCodeableConcept": concept(RXNORM, "1", "Warfarin")}],
                          }]),
        "warfarin", "",
    ),
    "a reference to nowhere": (
        takes("x", medicationCodeableConcept=None,
              medicationReference={"reference": "Medication/9", "display": "Warfarin tablets"}),
        "", "warfarin",
    ),
    "words of one, code of another": (
        takes("x", medicationCodeableConcept=code((RXNORM, "855332", WARFARIN),
                                                  text="Levothyroxine 50 mcg tablet")),
        "", "warfarin",
    ),
    "not taken, as STU3 writes": (
        {"resourceType": "MedicationStatement", "status": "active", "taken": "n",
         "medicationCodeableConcept": concept(RXNORM, "855332", WARFARIN)}, "", "",
    ),
    "a course that is over": (
        {"resourceType": "MedicationStatement", "status": "active",
         "effectivePeriod": {"start": "2026-08-01", "end": "2026-08-14"},
         "medicationCodeableConcept": concept(RXNORM, "855332", WARFARIN)}, "", "warfarin",
    ),
    "ten days in August": (
        takes("Enoxaparin 40 MG Prefilled Syringe", authoredOn="2026-08-01", dosageInstruction=[
            {"timing": {"repeat": {"boundsDuration": {"value": 10, "code": "d"}}}}]), "",
        "other-blood-thinner",
    ),
    "a year from August on": (
        takes("Enoxaparin 40 MG Prefilled Syringe", authoredOn="2026-08-01", dosageInstruction=[
            {"timing": {"repeat": {"boundsDuration": {"value": 1, "unit": "year"}}}}]),
        "other-blood-thinner", "",
    ),
    "not to be taken, in words": (
        takes(WARFARIN, dosageInstruction=[{"text": "STOP: do not take"}]), "", "warfarin",
    ),
    "taken, with a warning": (
        takes(WARFARIN, dosageInstruction=[{"text": "One a day. Do not take with aspirin."}]),
        "warfarin", "",
    ),
    "what keeps a line open": (
        takes("heparin lock flush 10 UNT/ML Injectable Solution"), "", "other-blood-thinner",
    ),
    "not to be given": (takes(WARFARIN, doNotPerform=True), "", ""),
    "only proposed": (takes(WARFARIN, intent="proposal"), "", "warfarin"),
    "on hold": (takes(WARFARIN, status="on-hold"), "", "warfarin"),
    "entered in error": (takes(WARFARIN, status="entered-in-error"), "", ""),
    "a capsule of what inhalers hold": (
        takes("Budesonide 3 MG Delayed Release Oral Capsule"), "", "long-term-steroids",
    ),
    "a tablet for asthma": (takes("Montelukast 10 MG Oral Tablet"), "", "asthma"),
    "an inhaler": (takes("Fluticasone 44 MCG Inhaler"), "", "asthma breathing-problem"),
    "a code of ATC": (medicine("Enalapril", code="C09AA02", system=ATC), "ace-or-arb", ""),
    # what was observed
    "a light patient": (observed("29463-7", valueQuantity={"value": 47, "unit": "kg"}),
                        "under-50-kg", ""),
    "more than a weight": (
        observed("29463-7", valueQuantity={"value": 45, "unit": "kg", "comparator": ">"}), "", "",
    ),
    "a weight of long ago": (
        observed("29463-7", "2019-01-01", valueQuantity={"value": 45, "unit": "kg"}), "",
        "under-50-kg",
    ),
    "the weight of a child that is not born": (
        observed("29463-7", valueQuantity={"value": 2, "unit": "kg"},
                 focus=[{"reference": "#fetus"}]), "", "",
    ),
    "less than a bound": (
        observed("62238-1", valueQuantity={"value": 15, "comparator": "<"}), "", "kidney-disease",
    ),
    "less than a bound, in words": (observed("88294-4", valueString="<15"), "", "kidney-disease"),
    "more than a bound that is enough": (
        observed("62238-1", valueQuantity={"value": 60, "comparator": ">"}), "", "",
    ),
    "more than a bound that is not": (observed("29463-7", valueString="> 45 kg"), "", ""),
    "a test of clotting": (
        observed("34714-6", valueQuantity={"value": 2.6, "unit": "{INR}"}), "", "warfarin",
    ),
    "a test of clotting of those who take nothing": (
        observed("6301-6", valueQuantity={"value": 1.0}), "", "",
    ),
    "kidneys by a code of one country": (
        measured("1011481000000105", "eGFRcreat (CKD-EPI)/1.73 m*2", 44), "", "kidney-disease",
    ),
    "kidneys that filter well, by such a code": (
        measured("1011481000000105", "eGFRcreat (CKD-EPI)/1.73 m*2", 84), "", "",
    ),
    "a weight by another code": (
        measured("27113001", "Body weight", 45, "kg"), "", "under-50-kg",
    ),
    "a weight that nobody has yet": (measured("1", "Target weight", 45, "kg"), "", ""),
    "units of a week by another code": (
        measured("1082641000000106", "Alcohol units consumed per week", 30), "",
        "alcohol-or-dependence",
    ),
    "few platelets": (observed("777-3", valueQuantity={"value": 45}), "", "bleeding-disorder"),
    "weeks of pregnancy": (observed("18185-9", valueQuantity={"value": 22}), "", "pregnant"),
    "a date of birth that is to come": (
        observed("11778-8", valueDateTime="2027-03-01"), "", "pregnant",
    ),
    "a positive pregnancy test": (
        observed("2106-3", valueCodeableConcept=concept(SNOMED, "10828004", "Positive")),
        "", "pregnant",
    ),
    "a negative pregnancy test": (
        observed("2106-3", valueCodeableConcept=concept(SNOMED, "260385009", "Negative")), "", "",
    ),
    "breastfeeding, as a status": (
        observed("63895-7", valueCodeableConcept=concept(LOINC, "LA29252-6")), "", "breastfeeding",
    ),
    "a part of what was observed together": (
        observed("34566-0", component=[
            {"code": concept(LOINC, "8867-4", "Heart rate"), "valueQuantity": {"value": 70}},
            {"code": concept(LOINC, "29463-7", "Body weight"),
             "valueQuantity": {"value": 46, "unit": "kg", "code": "kg"}},
        ]), "under-50-kg", "",
    ),
    "pregnant, as LOINC answers": (
        observed("82810-3", valueCodeableConcept=concept(LOINC, "LA15173-0", "Pregnant")),
        "pregnant", "",
    ),
    "too light for the height": (
        observed("39156-5", valueQuantity={"value": 16.4, "unit": "kg/m2"}), "", "low-weight",
    ),
    "many drinks by a score": (
        observed("75626-2", valueQuantity={"value": 8}), "", "alcohol-or-dependence",
    ),
    "a pump by its other name": (
        {"resourceType": "Device", "status": "active",
         "type": concept(SNOMED, "63653004", "Biomedical device"),
         "deviceName": [{"name": "Intrathecal baclofen pump"}]}, "", "pacemaker",
    ),
    "a stimulator of the cord": (
        {"resourceType": "Device", "status": "active", "type": {"text": "Spinal cord stimulator"}},
        "", "pacemaker",
    ),
    "a wheelchair": (
        {"resourceType": "Device", "status": "active", "type": {"text": "Wheelchair"}}, "",
        "wheelchair",
    ),
    "not pregnant": (
        observed("82810-3", valueCodeableConcept=concept(SNOMED, "60001007", "Not pregnant")),
        "", "",
    ),
    "it may be": (
        observed("82810-3", valueCodeableConcept=concept(SNOMED, "146799005", "Possibly pregnant")),
        "", "pregnancy",
    ),
    "kidneys that filter little": (
        observed("62238-1", valueQuantity={"value": 41, "unit": "mL/min"}), "", "kidney-disease",
    ),
    "kidneys that filter well": (
        observed("62238-1", valueQuantity={"value": 88, "unit": "mL/min"}), "", "",
    ),
    "a device by its name": (
        {"resourceType": "Device", "status": "active", "type": {"text": "Implantable pacemaker"}},
        "", "pacemaker",
    ),
    "an implant against pain": (
        {"resourceType": "Device", "status": "active",
         "type": concept(SNOMED, "25937001", "Neurostimulator, device")}, "pacemaker", "",
    ),
    # what was done
    "a bypass of long ago": (
        done("232717009", "Coronary artery bypass grafting", "2010-01-01"), "heart-disease", "",
    ),
    "a valve": (done("34068001", "Heart valve replacement", "2010-01-01"), "", "heart-disease"),
    "a new kidney": (
        done("70536003", "Transplant of kidney", "2012-01-01"), "kidney-disease immunosuppressed",
        "",
    ),
    "dialysis": (
        done("265764009", "Renal dialysis", "2026-01-01"), "kidney-disease", "",
    ),
    "dialysis of long ago": (
        done("302497006", "Hemodialysis", "2016-01-01"), "", "kidney-disease",
    ),
    "a birth by operation": (
        done("11466000", "Cesarean section", "2026-11-01"), "",
        "gave-birth-recently recent-surgery-or-injury",
    ),
    "a birth of last year": (done("11466000", "Cesarean section", "2025-11-01"), "", ""),
    "a treatment of cancer": (
        done("367336001", "Chemotherapy", "2026-10-01"), "",
        "cancer-history immunosuppressed recent-surgery-or-injury",
    ),
    "rays of long ago": (
        done("108290001", "Radiotherapy", "2012-09-01"), "", "cancer-history skin-fragile",
    ),
    "not done, as STU3 writes": (
        {"resourceType": "Procedure", "status": "completed", "notDone": True,
         "code": concept(SNOMED, "54974006"), "performedDateTime": "2026-10-30"}, "", "",
    ),
    "a date as R5 writes it": (
        {"resourceType": "Procedure", "status": "completed", "occurrenceDateTime": "2019-10-30",
         "code": concept(SNOMED, "80146002", "Appendectomy")}, "", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLED)
def test_an_entry_is_read_as_a_careful_reader_would(name: str) -> None:
    """Nothing is proposed that such a reader would not set, and nothing passed over."""
    entry, proposes, asks = TROUBLED[name]
    reading = reading_of({key: one for key, one in entry.items() if one is not None})
    assert (proposed(reading), asked(reading)) == ({*proposes.split()}, {*asks.split()})


def test_nothing_of_these_disappears() -> None:
    """Each entry is a reason, or named as not understood or left out."""
    for name, (entry, *_) in TROUBLED.items():
        reading = reading_of({key: one for key, one in entry.items() if one is not None})
        named = reading.proposals or reading.unread or reading.left_out or reading.no_rule
        assert named, name


def test_what_no_rule_is_about_is_named_and_counted() -> None:
    """Results that mean nothing here are said by name, also those that are parts of one."""
    panel = observed("85354-9", component=[{"code": concept(LOINC, "8480-6", "Systolic")}] * 2)
    panel["code"]["text"] = "Blood pressure"
    assert reading_of(panel).no_rule == (("Blood pressure", 1), ("Systolic", 2))


def test_what_was_observed_later_makes_the_earlier_doubtful() -> None:
    """Pregnant in May and not so in October, or a weight that rose: it is asked, not proposed."""
    for loinc, kept, flag, early, late in (
        ("82810-3", "valueCodeableConcept", "pregnant",
         concept(SNOMED, "77386006", "Pregnant"), concept(SNOMED, "60001007", "Not pregnant")),
        ("29463-7", "valueQuantity", "under-50-kg",
         {"value": 47, "unit": "kg"}, {"value": 56, "unit": "kg"}),
    ):  # fmt: skip
        pair = [observed(loinc, "2026-05-01", **{kept: early})]
        assert proposed(reading_of(*pair)) == {flag}
        pair.append(observed(loinc, "2026-10-01", **{kept: late}))
        for order in (pair, pair[::-1]):
            assert (proposed(reading_of(*order)), asked(reading_of(*order))) == (set(), {flag})
        pair.append(observed(loinc, "2026-11-01", **{kept: early}))
        assert proposed(reading_of(*pair)) == {flag}


def test_a_value_that_is_not_understood_is_named_with_its_words() -> None:
    """What stands under a code that matters is shown, whatever it is."""
    entry = observed("82810-3", valueCodeableConcept={"text": "Yes, 12/40"})
    (one,) = reading_of(entry | {"code": {**entry["code"], "text": "Pregnancy status"}}).unread
    assert one.display == "Pregnancy status: Yes, 12/40"
