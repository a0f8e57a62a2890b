"""Prove the safety rules, check each leaflet against them, and grade the words.

`proof.prove` proves every rule for every possible request; `guard.refuse_unsafe` stands before
each output; `proofread.proofread` reads many leaflets. The rules are data: `load.load_rules`
reads `invariants.yaml` and `names.yaml`. Who approved the words is `governance`.
"""
