"""Prove the safety rules, check each leaflet against them, and grade the words.

`proof.prove` proves every rule for every possible request; `guard.refuse_unsafe` checks each
leaflet before it is output; `proofread.proofread` checks many leaflets. The rules are data:
`load.load_rules` reads `invariants.yaml` and `names.yaml`. Who approved the words is in
`governance`.
"""
