"""Say what a change of the content changes, and for which requests.

`report.report_on` compares two `Version`s; no request is tried one by one. `reach` and
`decision_diagram` compute, for all flag sets at once, which blocks are chosen; `printed_items`
what then stands on the page. The proof of safety has its own reduction, in `safety`.
"""
