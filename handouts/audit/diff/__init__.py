"""Compare two versions of the content: what changes, and for which requests.

`report.report_on` compares two `Version`s, without trying requests one by one. `reach` and
`decision_diagram` compute for all flag sets at once which blocks are chosen, and
`printed_items` what is then printed. The proof of safety has its own reduction, in `safety`.
"""
