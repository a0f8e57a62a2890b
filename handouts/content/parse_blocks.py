"""Parse blocks, flags, advice classes and exercises from YAML entries: `BlockParser`.

One method for each kind of record; `parse_exercise` reads an exercise.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from handouts.content.blocks import (
    AllOf,
    Always,
    AnyOf,
    Block,
    ClassLineBody,
    ClauseBody,
    Dosage,
    EmergencyLineBody,
    ExerciseBody,
    ExerciseVariant,
    FlagBody,
    HasAdvice,
    HasFlag,
    HasStatus,
    InEdition,
    InRegion,
    Not,
    RedFlagBody,
    SelfCheckBody,
    StopFor,
    TextBody,
    Wording,
)
from handouts.content.library import AdviceClass, Flag
from handouts.content.parse_records import (
    LEVELS,
    both,
    parse_codings,
    parse_flags,
    parse_id,
    parse_raised,
    parse_rule,
    parse_wording,
    with_kinds,
)
from handouts.content.set_places import place_in_list
from handouts.content.vocabulary import (
    CHANGES,
    EDITIONS,
    EMERGENCY,
    EXERCISES,
    HELP,
    INTENSITIES,
    JUST_FOR_YOU,
    MEDICINES,
    MOVES,
    ROLES,
    SELF_CHECK,
    SHORT_EDITIONS,
    TODAY,
    Kind,
    Level,
    Urgency,
)
from handouts.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from handouts.content.blocks import Body, ListPlace, Rule
    from handouts.content.parse_records import KnownWords
    from handouts.content.yaml_reader import Entry


ROWS = ("before", "try", "ask", "avoid", "after")
_NO_DAY = date(1970, 1, 1)


class BlockParser:
    """Parses entries into blocks; a word of an entry that is not in `known` is a fault."""

    def __init__(self, known: KnownWords) -> None:
        self.known = known
        self._flags: dict[str, Flag] = {}

    def block(  # noqa: PLR0913, PLR0917 - what every block has, each time in this order
        self, entry: Entry, ident: str, kind: Kind, section: str, rule: Rule, body: Body
    ) -> Block:
        """Build a block from its body and the keys that every entry has, such as `sources`."""
        sources, reviewed = entry.need("sources"), entry.need("reviewed")
        suggests, warns = entry.get("suggests"), entry.get("warns")
        keys = sources.words(self.known.sources, "source") if sources else ()
        if sources and not keys and not list(sources.items()):
            sources.fault("no source is named", hint="name a key of sources.yaml")
        return Block(
            id=ident,
            kind=kind,
            section=section,
            when=rule,
            body=body,
            suggests=suggests.words(self.known.classes, "class") if suggests else (),
            warns=warns.words(self.known.classes, "class") if warns else (),
            sources=keys,
            reviewed=reviewed.day() if reviewed else _NO_DAY,
            origin=entry.origin,
        )

    def wording(self, entry: Entry, key: str) -> Wording:
        """Parse the sentence under a required key."""
        field = entry.need(key)
        return parse_wording(field, self.known) if field else Wording("")

    def text(self, entry: Entry, section: str) -> Block:
        """Parse a text block of `content/blocks/`; `section` is that of its file."""
        own, row, movement = entry.get("section"), entry.get("row"), entry.get("movement")
        body = TextBody(
            wording=self.wording(entry, "text"),
            row=row.word(ROWS, "row") if row else "",
            movement=movement.text() if movement else "",
        )
        section = own.word(self.known.sections, "section") if own else section
        rule = parse_rule(entry.get("when"), self.known)
        longs = self._short_of(entry)
        if longs:
            rule = both(self._in_short_editions(entry), rule)
        block = self.block(entry, parse_id(entry), Kind.TEXT, section, rule, body)
        entry.finish()
        return replace(block, short_of=longs)

    def _short_of(self, entry: Entry) -> tuple[str, ...]:
        """Parse the ids of the blocks that a block says in fewer words."""
        field = entry.get("short-of")
        if field is None:
            return ()
        if row := entry.get("row"):
            row.fault("a short form stands in the row of its long form", hint="remove the line")
        return field.texts()

    def _in_short_editions(self, entry: Entry) -> Rule:
        field = entry.get("edition")
        words = field.words(SHORT_EDITIONS, "edition") if field else SHORT_EDITIONS
        return InEdition(words)

    def flag(self, entry: Entry, number: int) -> tuple[Flag, list[Block]]:
        """Parse a flag and its blocks: lead, other lines, clauses and self-check point.

        `number` is its position in the file, from 1; its key `number` must equal it.
        """
        flag = self._flag(entry, number)
        self._flags.setdefault(flag.id, flag)
        has = HasFlag((flag.id,))
        any_kind = HasFlag(with_kinds(flag.id, self.known))
        name = entry.get("name")
        lead = FlagBody(
            flag=flag.id,
            wording=self.wording(entry, "lead"),
            name=parse_wording(name, self.known) if name else None,
        )
        leads = AllOf((has, Not(HasFlag(flag.stronger)))) if flag.stronger else has
        blocks = [self.block(entry, f"{flag.id}-lead", Kind.LEAD, JUST_FOR_YOU, leads, lead)]
        always, clauses = entry.get("always"), entry.get("clauses")
        for index, one in enumerate(always.items() if always else (), 1):
            rule = self._own_rule(one, any_kind)
            body = FlagBody(flag=flag.id, wording=parse_wording(one, self.known))
            ident = f"{flag.id}-always-{index}"
            line = self.block(entry, ident, Kind.ALWAYS, JUST_FOR_YOU, rule, body)
            blocks.append(replace(line, origin=one.origin))
        for index, one in enumerate(clauses.items() if clauses else (), 1):
            blocks.append(self._clause(entry, one, any_kind, index))
        blocks.extend(self._self_check(entry, flag))
        entry.finish()
        return flag, blocks

    def _own_rule(self, one: Entry, has: HasFlag) -> Rule:
        """Join the flag of a line with the `when:` of the line, for those that have one."""
        when = one.get("when") if one.is_mapping() else None
        return both(has, parse_rule(when, self.known))

    def _flag(self, entry: Entry, number: int) -> Flag:
        ident = parse_id(entry)
        given = entry.need("number")
        if given and given.whole() != number:
            given.fault(
                f"expected {number}, got {given.shown()}",
                hint="numbers follow the order of the file and never change",
            )
        label, question, excludes = (
            entry.need("label"),
            entry.need("question"),
            entry.get("excludes"),
        )
        check = entry.get("check")
        broad = self._broad(entry)
        # A flag that is no point of the list to check names the group of its question itself.
        group = check.get("group") if check and check.is_mapping() else entry.get("group")
        return Flag(
            id=ident,
            number=number,
            label=label.text() if label else "",
            question=question.text() if question else "",
            excludes=(*parse_flags(excludes, self.known), *(broad.excludes if broad else ())),
            stronger=(
                *parse_flags(entry.get("stronger"), self.known),
                *self.known.kinds.get(ident, ()),
            ),
            kind_of=broad.id if broad else "",
            codings=tuple(parse_codings(entry)),
            group=group.text() if group else broad.group if broad else "",
            origin=entry.origin,
        )

    def _broad(self, entry: Entry) -> Flag | None:
        """Return the broad flag that a flag is a kind of; it stands before its kinds."""
        field = entry.get("kind_of")
        if field is None:
            return None
        broad = self._flags.get(field.text())
        if broad is None or broad.kind_of:
            hint = "name a flag that stands before it, and is no kind of another one"
            field.fault(f"`{field.text()}` is no broad flag here", hint=hint)
            return None
        return broad

    def _clause(self, entry: Entry, one: Entry, has: HasFlag, index: int) -> Block:
        """Parse a clause; one of a broad flag is for its kinds too, but where `when:` says not."""
        flag = has.flags[0]
        classes, level = one.need("classes"), one.need("level")
        names = classes.words(self.known.classes, "class") if classes else ()
        value = LEVELS.get(level.word(LEVELS, "level") if level else "", Level.AVOID)
        why, alone = one.get("why"), one.get("only_alone")
        body = ClauseBody(
            flag=flag,
            classes=names,
            level=value,
            wording=self.wording(one, "text"),
            why=tuple(parse_wording(each, self.known) for each in why.items()) if why else (),
            only_alone=alone.truth() if alone else False,
        )
        rule: Rule = AllOf((has, *(HasAdvice(name, (value,)) for name in names)))
        if when := one.get("when"):
            rule = both(rule, parse_rule(when, self.known))
        one.finish()
        name = f"{flag}-clause-{index}"
        block = self.block(entry, name, Kind.CLAUSE, JUST_FOR_YOU, rule, body)
        return replace(block, origin=one.origin)

    def _self_check(self, entry: Entry, flag: Flag) -> Iterator[Block]:
        """Parse the point to tick; one of a kind is asked where only another kind was answered."""
        check = entry.get("check")
        if check is None:
            return
        group = check.get("group") if flag.kind_of else check.need("group")
        body = SelfCheckBody(
            flag=flag.id,
            group=group.word(self.known.check_groups, "group") if group else flag.group,
            wording=self.wording(check, "text"),
        )
        check.finish()
        rule: Rule = Not(HasFlag(with_kinds(flag.id, self.known)))
        if flag.kind_of:
            others = (one for one in self.known.kinds[flag.kind_of] if one != flag.id)
            rule = AllOf((HasFlag(tuple(others)), rule))
        block = self.block(entry, f"{flag.id}-check", Kind.SELF_CHECK, SELF_CHECK, rule, body)
        yield replace(block, origin=check.origin)

    def advice_class(self, entry: Entry) -> tuple[AdviceClass, list[Block]]:
        """Parse an advice class and its plain line at each level that has one."""
        ident, kind, section = parse_id(entry), entry.need("kind"), entry.need("section")
        silent, already = entry.get("silent"), entry.get("already")
        name = entry.get("name")
        record = AdviceClass(
            id=ident,
            kind=kind.word(("medicine", "treatment", "movement"), "kind") if kind else "",
            section=section.word(self.known.sections, "section") if section else "",
            name=parse_wording(name, self.known) if name else None,
            already=already.truth() if already else False,
            when=parse_rule(entry.get("when"), self.known),
            origin=entry.origin,
        )
        blocks = []
        for level in (Level.ASK, Level.AVOID):
            field = entry.get(str(level))
            if field is None:
                continue
            body = ClassLineBody(
                advice_class=ident, level=level, wording=parse_wording(field, self.known)
            )
            rule = HasAdvice(ident, (level,))
            name_of = f"{ident}-{level}"
            line = self.block(entry, name_of, Kind.CLASS_LINE, record.section, rule, body)
            blocks.append(replace(line, origin=field.origin))
        for key in ("sources", "reviewed"):
            entry.get(key)
        if not blocks and not (silent and silent.truth()):
            entry.fault("no line for any level", hint="add `ask:` or `avoid:`, or `silent: true`")
        entry.finish()
        return record, blocks

    def red_flag(self, entry: Entry) -> Block:
        """Parse a row of warning signs."""
        urgency, group, signs = entry.need("urgency"), entry.need("group"), entry.need("signs")
        raised, prints_in, lead_in, instead = map(
            entry.get, ("raised_by", "prints_in", "lead_in", "instead_of")
        )
        body = RedFlagBody(
            urgency=Urgency((urgency.word(Urgency, "urgency") if urgency else "") or "emergency"),
            group=group.word(self.known.groups, "group") if group else "",
            signs=tuple(parse_wording(one, self.known) for one in signs.items()) if signs else (),
            raised_by=parse_raised(raised, self.known),
            prints_in=prints_in.word((HELP, MEDICINES), "place") if prints_in else HELP,
            lead_in=parse_wording(lead_in, self.known) if lead_in else None,
            instead_of=instead.texts() if instead else (),
        )
        rule = parse_rule(entry.get("when"), self.known)
        block = self.block(entry, parse_id(entry), Kind.RED_FLAG, HELP, rule, body)
        entry.finish()
        return block

    def emergency_line(self, entry: Entry) -> Block:
        """Parse a short line of the emergency box on page 1."""
        covers, region, flag = entry.need("covers"), entry.get("region"), entry.get("flag")
        apart, urgency, edition = entry.get("apart"), entry.get("urgency"), entry.get("edition")
        parts: list[Rule] = []
        if region:
            parts.append(InRegion(region.words(self.known.regions, "region")))
        if flag:
            parts.append(HasFlag(parse_flags(flag, self.known)))
        if edition:
            parts.append(InEdition(edition.words(EDITIONS, "edition")))
        if when := entry.get("when"):
            parts.append(parse_rule(when, self.known))
        how = Urgency((urgency.word(Urgency, "urgency") if urgency else "") or "emergency")
        section = EMERGENCY if how is Urgency.EMERGENCY else TODAY
        body = EmergencyLineBody(
            wording=self.wording(entry, "text"),
            covers=covers.texts() if covers else (),
            from_flag=flag is not None,
            apart=apart.truth() if apart else False,
            urgency=how,
            short=edition is not None,
        )
        rule = AllOf(tuple(parts)) if parts else Always()
        block = self.block(entry, parse_id(entry), Kind.EMERGENCY_LINE, section, rule, body)
        entry.finish()
        return block


T = TypeVar("T")

SPANS = (
    "hold_seconds", "hold_breaths", "minutes", "repetitions", "per_day", "every_hours",
    "most_per_day",
)  # fmt: skip
"""The keys of a dosage that hold one number, or [lowest, highest]."""


def parse_stop_for(entry: Entry, known: KnownWords) -> StopFor:
    """Parse what stands in place of one stop of every exercise, for readers with a flag."""
    flags = parse_flags(entry.need("flags"), known)
    said = entry.need("text")
    one = StopFor(
        instead_of=_text(entry, "instead_of"),
        flags=flags,
        wording=parse_wording(said, known) if said else Wording(""),
    )
    entry.finish()
    return one


def parse_exercise(
    parser: BlockParser, entry: Entry, number: int, stop_for: Sequence[StopFor] = ()
) -> Block:
    """Parse one exercise; its rule is the regions and statuses of its `sets`.

    `number` is its position in the file, from 1; its key `number` must equal it. Of `stop_for` it
    takes what stands in place of one of its own stops.
    """
    known, ident = parser.known, parse_id(entry)
    given = entry.need("number")
    if given and given.whole() != number:
        given.fault(
            f"expected {number}, got {given.shown()}",
            hint="numbers follow the order of the file and never change",
        )
    sets = _sets(entry, known)
    stop = tuple(parse_wording(one, known) for one in _items(entry, "stop"))
    body = ExerciseBody(
        number=number,
        name=_text(entry, "name"),
        intensity=_word(entry, "intensity", INTENSITIES),
        moves=_moves(entry),
        extra_moves=_texts(entry, "extra_moves"),
        position=_text(entry, "position"),
        column=_word(entry, "column", (*known.free_columns, *known.classes)),
        also=_word(entry, "also", known.classes, required=False),
        sets=sets,
        start=parser.wording(entry, "start"),
        steps=_steps(entry, known),
        dosage=_by_status(entry, "dosage", known, _dosage),
        stop=stop,
        stop_for=tuple(one for one in stop_for if one.instead_of in {each.text for each in stop}),
        avoid=parse_flags(entry.get("avoid"), known),
        cautions=_cautions(entry, known),
        figures=_by_status(entry, "figures", known, lambda e: e.texts()),
        released=released.truth() if (released := entry.get("released")) else True,
        why=_text(entry, "why", required=False),
        role=_word(entry, "role", ROLES, required=False),
        by_hand=_text(entry, "by_hand", required=False),
        asked=asked.truth() if (asked := entry.get("asked")) else False,
    )
    body = replace(body, variant=_variant(parser, entry, body))
    if not body.released and not body.why:
        entry.fault("held back without a reason", hint="add `why:`")
    block = parser.block(entry, ident, Kind.EXERCISE, EXERCISES, _rule(sets), body)
    entry.finish()
    return block


def _moves(entry: Entry) -> tuple[str, ...]:
    """Return the movements that rules know; a word that is none of them belongs elsewhere."""
    field = entry.get("moves")
    for one in field.items() if field else ():
        if one.text() not in MOVES:
            near = did_you_mean(one.text(), MOVES)
            other = f"did you mean extra_moves? It takes any word; here are {', '.join(MOVES)}"
            hint = near if near.startswith("did you mean") else other
            one.fault(f"unknown moves `{one.text()}`", hint=hint)
    return tuple(one for one in (field.texts() if field else ()) if one in MOVES)


def _variant(parser: BlockParser, entry: Entry, body: ExerciseBody) -> ExerciseVariant | None:
    """Parse how it is done with some flags: with a start line, steps and figures of its own."""
    one = entry.get("variant")
    if one is None:
        return None
    known = parser.known
    own = ExerciseVariant(
        flags=parse_flags(one.get("flags"), known),
        changes=_word(one, "changes", CHANGES),
        name=_text(one, "name", required=False) or body.name,
        position=_text(one, "position", required=False) or body.position,
        start=parser.wording(one, "start"),
        steps=_steps(one, known),
        figures=_by_status(one, "figures", known, lambda e: e.texts()),
    )
    if not own.flags:
        one.fault("a variant for nobody", hint="add `flags:`, whom it is for")
    for flag in own.flags:
        if flag not in body.cautions:
            hint = "say in `cautions` what is different, or take the flag out of `flags`"
            one.fault(f"a variant for `{flag}`, which has no caution", hint=hint)
    one.finish()
    return own


def _rule(sets: Mapping[tuple[str, str], ListPlace]) -> Rule:
    return AnyOf(tuple(AllOf((InRegion((r,)), HasStatus((s,)))) for r, s in sets))


def _sets(entry: Entry, known: KnownWords) -> Mapping[tuple[str, str], ListPlace]:
    sets: dict[tuple[str, str], ListPlace] = {}
    field = entry.need("sets")
    for region in field.keys() if field else ():
        one = field.get(region) if field else None
        if region not in known.regions and field:
            field.fault(f"unknown region `{region}`")
        for status in one.keys() if one else ():
            if status not in known.statuses and one:
                one.fault(f"unknown status `{status}`")
            if one and (priority := one.get(status)):
                sets[region, status] = place_in_list(priority)
    return MappingProxyType(sets)


def _by_status(
    entry: Entry, key: str, known: KnownWords, read: Callable[[Entry], T]
) -> Mapping[str, T]:
    """Parse one value for all statuses, or one under each status."""
    field = entry.need(key)
    if field is None:
        return MappingProxyType({})
    if field.is_mapping() and set(field.keys()) <= set(known.statuses):
        values = {s: read(one) for s in known.statuses if (one := field.get(s))}
    else:
        value = read(field)
        values = dict.fromkeys(known.statuses, value)
    return MappingProxyType(values)


def _steps(entry: Entry, known: KnownWords) -> Mapping[str, tuple[Wording, ...]]:
    return _by_status(
        entry, "steps", known, lambda e: tuple(parse_wording(one, known) for one in e.items())
    )


def _dosage(entry: Entry) -> Dosage:
    spans = {}
    for key in SPANS:
        field = entry.get(key)
        spans[key] = field.span() if field else None
    unit, side, way = entry.get("unit"), entry.get("each_side"), entry.get("each_way")
    each = "side" if side and side.truth() else "way" if way and way.truth() else ""
    entry.finish()
    return Dosage(unit=unit.text() if unit else "times", each=each, **spans)


def _cautions(entry: Entry, known: KnownWords) -> Mapping[str, Wording]:
    field = entry.get("cautions")
    cautions = {}
    for flag in field.keys() if field else ():
        if flag not in known.flags and field:
            field.fault(f"unknown flag `{flag}`")
        if field and (one := field.get(flag)):
            cautions[flag] = parse_wording(one, known)
    inherited = {
        kind: cautions[flag]
        for flag in cautions
        for kind in known.kinds.get(flag, ())
        if kind not in cautions
    }
    return MappingProxyType(cautions | inherited)


def _items(entry: Entry, key: str) -> list[Entry]:
    field = entry.need(key)
    return list(field.items()) if field else []


def _text(entry: Entry, key: str, *, required: bool = True) -> str:
    field = entry.need(key) if required else entry.get(key)
    return field.text() if field else ""


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    field = entry.get(key)
    return field.texts() if field else ()


def _word(entry: Entry, key: str, options: tuple[str, ...], *, required: bool = True) -> str:
    field = entry.need(key) if required else entry.get(key)
    return field.word(options, key) if field else ""


def _words(entry: Entry, key: str, options: tuple[str, ...]) -> tuple[str, ...]:
    field = entry.get(key)
    return field.words(options, key) if field else ()
