"""Write the line that is pasted into a record system, so that it opens the page: `lines_for`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handouts.web.doors import INFOBUTTON, SERVICES

if TYPE_CHECKING:
    from handouts.web.server import Settings


_MAIN = "mainSearchCriteria.v"
_WHERE = {
    "openemr": "OpenEMR: Administration, Lists, `external_patient_education`: paste it as the "
    "title of a new entry. OpenEMR puts the words in place of [%].",
    "systmone": "SystmOne: Setup, Mobile Working & Integration, URL & Program Maintenance: a new "
    "URL, with the field of the problem at its end. Choose no field that tells who it is.",
    "epic": "Epic: the Infobutton address of an Active Guidelines (AGL) record. For CDS Hooks: "
    "{hooks}; the audience of its tokens is the whole address that is called.",
}
"""Where each line goes."""


def lines_for(system: str, settings: Settings) -> list[str]:
    """Return the line, then in a few lines where it goes; the line alone is pasted."""
    base = settings.network.origin if settings.network else f"http://127.0.0.1:{settings.port}"
    start = f"{base}{INFOBUTTON}?"
    line = {
        "openemr": f"{start}{_MAIN}.dn=[%]",
        "systmone": f"{start}{_MAIN}.ot=",
        "epic": start.rstrip("?"),
    }[system]
    return [line, "", _WHERE[system].format(hooks=f"{base}{SERVICES}"), *_needs(settings)]


def _needs(settings: Settings) -> list[str]:
    needs = [] if settings.record else ["It is answered while `handout serve --record` runs."]
    if settings.network is None:
        needs.append("Keep the page open in the browser: the link finds its secret there.")
    return needs
