"""Find the content and the program that made a leaflet, by its code: `publisher_for`.

Earlier content comes from git. The digest of a program is computed from git objects, without a
checkout. Its mark in a code has ten bits, so one other revision in a thousand matches by chance.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.content.folder import FILES, digest_of, digest_of_words
from handouts.content.load import content_folder
from handouts.content.profile import LOGO_KINDS
from handouts.content.program_mark import digested_libraries, digests_of_program, pins_of
from handouts.content.provenance import Provenance, installed, profile_digest, words_digest
from handouts.content.releases import release_of
from handouts.errors import ContentError, Fault, RequestError, SelectionError
from handouts.fastpath.fingerprint import PROFILE
from handouts.governance.approval import BASELINE, SIGNOFF
from handouts.governance.load import parse_profile, shipped_baseline
from handouts.pipeline import open_publisher
from handouts.selection.code import read_recipe, refuse_gone
from handouts.selection.request import check_sense
from handouts.system.git import commits, git_names, git_says, list_tree, reading

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handouts.content.profile import Profile
    from handouts.pipeline import Publisher
    from handouts.selection.code import Recipe


_MARK = "vocabulary.yaml"
"""The file by which a folder of content is found."""
_KEPT = (SIGNOFF, BASELINE, PROFILE)
"""What a publisher needs besides the words."""


class ContentRevision(Struct, frozen=True, kw_only=True):
    """A content folder as of one commit; `files` has the bytes of each by its name."""

    commit: str
    day: str
    subject: str
    files: Mapping[str, bytes]

    def provenances(self, profile: str, program: str) -> Iterator[tuple[Provenance, bool]]:
        """Yield each provenance that leaflets of this content may have, for service and program.

        First that of words as they were reviewed, then that of words that changed since, each with
        whether content without a baseline was taken as it is.
        """
        named = {name: raw for name, raw in self.files.items() if _is_content(name)}
        signoff = self.files.get(SIGNOFF)
        digest = hashlib.sha256(signoff).hexdigest() if signoff is not None else ""
        baseline = hashlib.sha256(self.files.get(BASELINE) or shipped_baseline()).hexdigest()
        for more, older in (((), True), ((baseline,), False)):
            yield (
                Provenance(
                    words=words_digest(digest_of(named), digest, profile, *more),
                    program=program,
                    earlier=words_digest(digest_of_words(named), digest, profile),
                ),
                older,
            )

    @property
    def name(self) -> str:
        """Its name in messages."""
        return f"{self.commit[:10]} of {self.day} ({self.subject})"

    @contextmanager
    def unpacked(self, folder_name: str) -> Iterator[Path]:
        """Yield a temporary folder of that name with its files."""
        with TemporaryDirectory(prefix="handout-") as base:
            folder = Path(base) / folder_name
            for name, raw in self.files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(raw)
            yield folder


def content_revisions(repository: Path) -> Iterator[ContentRevision]:
    """Yield every revision of the content in a repository, newest first; raises RequestError.

    `repository` is its folder, or a folder inside it when it holds more than one content folder.
    """
    top = Path(git_names(repository, "rev-parse", "--show-toplevel"))
    inside = git_names(repository, "rev-parse", "--show-prefix")
    log = commits(top, *_paths(inside))
    with reading(top) as blobs:
        before: Mapping[str, str] = {}
        for commit, day, subject in log:
            found = _tree(top, commit, inside)
            if found and found != before:
                before = found
                files = {name: blobs.read(key) for name, key in found.items()}
                yield ContentRevision(commit=commit, day=day, subject=subject, files=files)


def _is_content(name: str) -> bool:
    return name in FILES or (name.startswith("blocks/") and name.endswith(".yaml"))


def _is_kept(name: str) -> bool:
    """Tell whether a leaflet may depend on a file: approvals, rules, the profile or its logo."""
    return name in _KEPT or _is_service(name)


def _is_service(name: str) -> bool:
    return name == PROFILE or ("/" not in name and name.lower().endswith(LOGO_KINDS))


def _paths(inside: str) -> list[str]:
    """Return the paths that a revision depends on: the folder, and a profile and logo beside it."""
    if not inside:
        return ["."]
    beside = PurePosixPath(inside).parent
    return [
        inside,
        *(f":(glob){beside / name}" for name in (PROFILE, *(f"*{k}" for k in LOGO_KINDS))),
    ]


def _tree(top: Path, commit: str, inside: str) -> Mapping[str, str]:
    """Return the object id of each file of the content folder in a commit.

    The profile and its logo are in the folder, or else beside it.
    """
    listed = {PurePosixPath(name): key for name, key in list_tree(top, commit).items()}
    folders = [
        path.parent for path in listed if path.name == _MARK and path.is_relative_to(inside or ".")
    ]
    if not folders:
        return {}
    folder = min(folders, key=lambda one: (len(one.parts), str(one)))
    own = {
        str(path.relative_to(folder)): key
        for path, key in listed.items()
        if path.is_relative_to(folder)
    }
    found = {name: key for name, key in own.items() if _is_content(name) or _is_kept(name)}
    if PROFILE in found:
        return found
    beside = {path.name: key for path, key in listed.items() if path.parent == folder.parent}
    return {name: key for name, key in beside.items() if _is_service(name)} | found


def repository_of(folder: Path) -> Path | None:
    """Return a content folder if it is tracked by git, else None."""
    try:
        return folder if git_says(folder, "ls-files", "--", _MARK).strip() else None
    except RequestError:
        return None


HOME = Path(__file__).parent.parent.parent
"""The folder of the package's parent: a clone, if the program is not installed from a wheel."""
_OWN = ("handouts/content/provenance.py", "handouts/content/edition.py", "handouts/edition.py")
"""The module that lists the digested libraries: its path today, and those of older revisions."""
_PINS = "constraints.txt"
_PLACES = ("handouts", "templates", "fonts", _PINS)


class ProgramRevision(Struct, frozen=True, kw_only=True):
    """A revision of the program, with the versions of libraries that its digest is for."""

    top: Path
    """The folder of its repository."""
    commit: str
    day: str
    subject: str
    digest: str
    libraries: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name in messages, with each library whose version is not that installed here."""
        here = installed(self.libraries)
        others = [f"{one} {own}" for one, own in self.libraries.items() if here.get(one) != own]
        told = f", with {', '.join(others)}" if others else ""
        return f"{self.commit[:10]} of {self.day} ({self.subject}){told}"


def needed_programs(
    recipe: Recipe, words: str, repositories: Iterable[Path]
) -> list[ProgramRevision]:
    """Return the programs that may have made a leaflet with these words, the newest first.

    `words` is the digest of the words. A code has ten bits for the program, so one program in a
    thousand matches by chance; one that is younger than the leaflet is listed only if no older
    one matches.
    """
    found: dict[str, ProgramRevision] = {}
    for repository in repositories:
        for one in program_revisions(repository):
            if recipe.same_program(Provenance(words=words, program=one.digest)):
                found.setdefault(one.digest, one)
    day = recipe.request.date.isoformat()
    return [one for one in found.values() if one.day <= day] or list(found.values())


def program_repositories(*folders: Path | None) -> list[Path]:
    """Return the top folders of the repositories of this program: its own clone and `folders`."""
    tops: list[Path] = []
    for folder in (HOME, *folders):
        try:
            top = folder and Path(git_names(folder, "rev-parse", "--show-toplevel"))
            if top and top not in tops and git_says(top, "log", "-1", "--all", "--", *_OWN):
                tops.append(top)
        except RequestError:
            continue  # not a repository, as where the program is installed from a wheel
    return tops


def program_revisions(top: Path) -> Iterator[ProgramRevision]:
    """Yield each revision twice: with the versions that it pins, and with those installed here."""
    log, here = commits(top, *_PLACES), cache(installed)  # most revisions name the same libraries
    with reading(top) as blobs:
        named = cache(lambda key: digested_libraries(blobs.read(key)))
        for commit, day, subject in log:
            listed = list_tree(top, commit, *_PLACES)
            own = next((listed[path] for path in _OWN if path in listed), None)
            if own is None:
                continue
            names = named(own)
            pins = pins_of(blobs.read(listed[_PINS])) if _PINS in listed else {}
            files = [(name, blobs.read(key)) for name, key in listed.items() if _is_own(name)]
            both = [
                {name: libraries[name] for name in names if name in libraries}
                for libraries in (pins, here(names))
            ]
            for versions, digest in zip(both, digests_of_program(files, both), strict=True):
                yield ProgramRevision(
                    top=top,
                    commit=commit,
                    day=day,
                    subject=subject,
                    digest=digest,
                    libraries=versions,
                )


def _is_own(name: str) -> bool:
    """Tell whether the digest of a program covers a file: any module, template or font."""
    folder, _, rest = name.partition("/")
    if folder == "handouts":
        return rest.endswith(".py")
    return bool(rest) and "/" not in rest  # a file in a folder


_FEW = 3
_SAME_WORDS = (
    "`handout decode` gives the options for `handout make`, which prints the same words, maybe on "
    "other lines"
)


class FoundRevision(Struct, frozen=True, kw_only=True):
    """The revision of the content that made a leaflet, and the profile of its service."""

    revision: ContentRevision
    profile: Profile
    provenance: Provenance
    older: bool
    """Its words were taken as reviewed, with a baseline or without."""


@contextmanager
def publisher_for(
    code: str, content: str | os.PathLike[str] | None, repositories: Sequence[Path]
) -> Iterator[tuple[Publisher, Recipe]]:
    """Yield the publisher that made a leaflet, with the decoded code.

    Its content is the current one, or an earlier revision from git. Raises RequestError for a
    mistyped code, and SelectionError, which says what differs and what is needed.
    """
    here = open_publisher(content)
    recipe = read_recipe(here.library, code)
    if recipe.same_words(here.provenance):
        _refuse_forged(here, recipe)
        _refuse_other_program(recipe, here.provenance, "available here", repositories)
        yield here, recipe
        return
    if not repositories:
        message = "this leaflet was made with other words or approvals than those available here"
        hint = (
            "name the git repository of your content with --from-git, or that of the program, "
            "which holds the words that ship"
        )
        raise SelectionError(Fault(message=message, hint=hint))
    found = next(filter(None, (find_revision(recipe, here, one) for one in repositories)), None)
    if found is None:
        where = " or ".join(f"`{one}`" for one in repositories)
        message = f"no version of the content in {where} made this leaflet"
        hint = (
            "name the repository whose words were used with --from-git; where the leaflet is of "
            "another service, use its profile (`handout info` says which one is used here)"
        )
        raise SelectionError(Fault(message=message, hint=hint))
    with found.revision.unpacked(content_folder(content).name) as folder:
        try:
            earlier = open_publisher(folder, found.profile, older=True, compared=not found.older)
        except ContentError as error:  # the program that made it could read these words
            which = f"of {found.revision.name}"
            known = found.provenance
            raise _other_program(recipe, known, which, repositories) from error
        _refuse_other_program(recipe, earlier.provenance, f"of {found.revision.name}", repositories)
        then = read_recipe(earlier.library, code)
        _refuse_forged(earlier, then)
        yield earlier, then


@contextmanager
def open_to_compare(
    found: FoundRevision, content: str | os.PathLike[str] | None
) -> Iterator[Publisher]:
    """Open the publisher of an earlier state to see its words; its folder is gone afterwards.

    Its rules of safety are not read: they are no words of a leaflet, and may be written in a way
    that this program does not know. Raises ContentError where that is so of the words.
    """
    with found.revision.unpacked(content_folder(content).name) as folder:
        compared = not found.older
        yield open_publisher(folder, found.profile, older=True, compared=compared, ruled=False)


def find_revision(recipe: Recipe, here: Publisher, repository: Path) -> FoundRevision | None:
    """Find the newest state of the content that made a leaflet, with a service that it fits."""
    for revision in content_revisions(repository):
        for profile in _profiles(revision, here):
            for provenance, older in revision.provenances(
                profile_digest(profile), here.provenance.program
            ):
                if recipe.same_words(provenance):
                    return FoundRevision(
                        revision=revision, profile=profile, provenance=provenance, older=older
                    )
    return None


def _profiles(state: ContentRevision, here: Publisher) -> Iterator[Profile]:
    """Try the service that stood beside the content, with its own roll; then the one at hand."""
    raw = state.files.get(PROFILE)
    if raw is not None:
        # One that was written for other content made no leaflet that could be found.
        with suppress(ContentError):
            yield parse_profile(here.library, Path(PROFILE), raw, state.files.__getitem__)
    yield here.profile


def _refuse_forged(publisher: Publisher, recipe: Recipe) -> None:
    """Raise SelectionError for an impossible request: a code may be made up."""
    refuse_gone(publisher.library, recipe.request)
    check_sense(publisher.library, recipe.request)


def _refuse_other_program(
    recipe: Recipe, provenance: Provenance, which: str, repositories: Sequence[Path]
) -> None:
    """Raise SelectionError, naming the program that made a leaflet, if it was not this one."""
    if not recipe.same_program(provenance):
        raise _other_program(recipe, provenance, which, repositories)


def _other_program(
    recipe: Recipe, provenance: Provenance, which: str, repositories: Sequence[Path]
) -> SelectionError:
    """Return the error that names the program that made a leaflet, which is not this one."""
    message = f"its words are those {which}, but another version of the program made it"
    if release := release_of(recipe.words_mark, recipe.program_mark, provenance):
        hint = f"install version {release.version} with its constraints.txt, and use that"
        return SelectionError(Fault(message=f"{message}: {release.version}", hint=hint))
    where = program_repositories(*repositories)
    known = provenance.as_known_by(recipe.words_mark) or provenance
    found = needed_programs(recipe, known.words, where)
    if found:
        message += f": {' or '.join(one.name for one in found[:_FEW])}"
        hint = (
            f"`git -C {found[0].top} worktree add ../then {found[0].commit[:10]}`, install that "
            "with its constraints.txt, and run the same command with it"
        )
    elif where:
        message += f", which is not in the history of {' or '.join(f'`{one}`' for one in where)}"
        hint = _SAME_WORDS
    else:
        words = " ".join(f"--from-git {one}" for one in (*repositories, "PROGRAM"))
        hint = f"name a git repository of the program too, to find which: {words}; {_SAME_WORDS}"
    return SelectionError(Fault(message=message, hint=hint))
