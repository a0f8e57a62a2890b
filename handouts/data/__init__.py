"""What is shipped with the program: content, fonts and templates.

No code; `releases.csv` has the marks of earlier releases. `fastpath.fingerprint.resource` finds
these folders, beside the package in a clone and inside it in a wheel.
"""
