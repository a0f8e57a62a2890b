"""Know who stands behind a leaflet: the service, its presets, sign-off and withdrawal.

`load` reads `service.yaml`, `signoff.yaml` and `withdrawn.yaml` through the cache.
`approval.judge` says whether the words of a leaflet are approved; `refuse_unsigned` and
`refuse_withdrawn` stop it. `edit` writes the records. Whether the words are safe is proved in
`safety`.
"""
