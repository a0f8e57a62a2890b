"""Read the record of a patient, and propose what it says for a leaflet: `read_record`.

Nothing is decided here: a person accepts or declines each proposal. Nothing of a record is kept.
"""
