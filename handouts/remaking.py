"""Goes in: a code. Comes out: the publisher its leaflet was made in, or what would be needed."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.edition import Edition, profile_digest
from handouts.content.load import content_folder
from handouts.errors import ContentError, Fault, SelectionError
from handouts.fastpath.fingerprint import PROFILE
from handouts.governance.load import parse_profile
from handouts.pipeline import open_publisher
from handouts.programs import needed_programs, program_repositories
from handouts.selection.code import read_recipe, refuse_gone
from handouts.selection.request import check_sense
from handouts.states import states

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from handouts.content.profile import Profile
    from handouts.pipeline import Publisher
    from handouts.selection.code import Recipe
    from handouts.states import State


_FEW = 3
_SAME_WORDS = (
    "`handout decode` gives the options for `handout make`, which sets the same words, perhaps on "
    "other lines"
)


class Found(Struct, frozen=True, kw_only=True):
    """A state of the content that made a leaflet, and the service that handed it out."""

    state: State
    profile: Profile


@contextmanager
def publisher_for(
    code: str, content: str | os.PathLike[str] | None, repository: Path | None
) -> Iterator[tuple[Publisher, Recipe]]:
    """Open the publisher that made a leaflet: the content at hand, or an earlier state in git.

    Raises SelectionError that says what differs, and what is needed.
    """
    here = open_publisher(content)
    recipe = read_recipe(here.library, code)
    if recipe.same_words(here.edition):
        _refuse_forged(here, recipe)
        _refuse_other_program(recipe, here.edition, "at hand", repository)
        yield here, recipe
        return
    if repository is None:
        message = "other words or approvals made this leaflet than those at hand"
        hint = "name their git repository with --from-git; the leaflet has its version at the end"
        raise SelectionError(Fault(message=message, hint=hint))
    found = find_state(recipe, here, repository)
    if found is None:
        message = f"no state of the content in `{repository}` made this leaflet"
        hint = "it was made with other content, or for another service"
        raise SelectionError(Fault(message=message, hint=hint))
    with opened(found, content) as earlier:
        _refuse_other_program(recipe, earlier.edition, f"of {found.state.name}", repository)
        then = read_recipe(earlier.library, code)
        _refuse_forged(earlier, then)
        yield earlier, then


@contextmanager
def opened(found: Found, content: str | os.PathLike[str] | None) -> Iterator[Publisher]:
    """Open the publisher of an earlier state; its folder is gone afterwards."""
    with found.state.unpacked(content_folder(content).name) as folder:
        yield open_publisher(folder, found.profile)


def find_state(recipe: Recipe, here: Publisher, repository: Path) -> Found | None:
    """Find the newest state of the content that made a leaflet, with a service that it fits."""
    for state in states(repository):
        for profile in _profiles(state, here):
            words = state.words(profile_digest(profile))
            if recipe.same_words(Edition(words=words, program=here.edition.program)):
                return Found(state=state, profile=profile)
    return None


def _profiles(state: State, here: Publisher) -> Iterator[Profile]:
    """Try the service at hand, then the one that stood beside the content."""
    yield here.profile
    raw = state.files.get(PROFILE)
    if raw is not None:
        try:
            yield parse_profile(here.library, Path(PROFILE), raw, state.files.__getitem__)
        except ContentError:
            return  # written for other content; it made no leaflet that could be found


def _refuse_forged(publisher: Publisher, recipe: Recipe) -> None:
    """Raise SelectionError for what nobody could have asked for: a code is but a text."""
    refuse_gone(publisher.library, recipe.request)
    check_sense(publisher.library, recipe.request)


def _refuse_other_program(
    recipe: Recipe, edition: Edition, which: str, repository: Path | None
) -> None:
    """Raise SelectionError that names the program that made a leaflet, if it was not this one."""
    if recipe.same_program(edition):
        return
    message = f"its words are those {which}, but another version of the program made it"
    where = program_repositories(repository)
    found = needed_programs(recipe, edition.words, where)
    if found:
        top = where[0] if len(where) == 1 else "its repository"
        message += f": {' or '.join(one.name for one in found[:_FEW])}"
        hint = (
            f"`git -C {top} worktree add ../then {found[0].commit[:10]}`, install that with its "
            "constraints.txt, and give it the same command"
        )
    elif where:
        message += f", which is none in the history of {' or '.join(f'`{one}`' for one in where)}"
        hint = _SAME_WORDS
    else:
        hint = f"name a git repository of the program with --from-git to find which; {_SAME_WORDS}"
    raise SelectionError(Fault(message=message, hint=hint))
