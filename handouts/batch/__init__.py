"""Make many leaflets: from a worklist, or the whole set of ready leaflets.

`run.run_job` makes a leaflet for each row, writes a file for each or one file to print, and
writes refused rows back as a worklist. `ready` keeps a folder of leaflets without patients up
to date. One leaflet is made by `pipeline` and `reuse`.
"""
