"""Faults of a configuration in our words: what, where, what was expected, what to do.

pydantic knows the rule that was broken; the document knows the line; the model knows the valid names.
`faults_from_validation_error` puts the three together, so that no message speaks of "inputs" and "types".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, RootModel, Tag, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from careersim.config.fault_report import Fault
from careersim.config.yaml_source import KeyPath, SourceDocument
from careersim.errors import nearest_name

__all__ = ["faults_from_validation_error", "format_key_path"]


def faults_from_validation_error(
    error: ValidationError, document: SourceDocument, model: type[BaseModel]
) -> list[Fault]:
    """Turn the errors of one failed validation into faults in our words.

    Parameters
    ----------
    error
        What `model.model_validate(document.data)` raised.
    document
        Where the validated values stand.
    model
        The model that was asked to validate.

    Returns
    -------
    One fault for each place that is wrong, in the order of pydantic. Where a union without a tag was
    tried member by member, the members that got furthest are told in one fault.
    """
    attempts: list[_Attempt] = []
    for details in error.errors(include_url=False):
        place = _follow(model, details["loc"])
        path, words = _describe(details, place)
        if path and isinstance(path[-1], int) and path not in document.positions:
            path = path[:-1]  # one name stands there for a list of one
        line, _ = document.position(path)
        fault = replace(words, file=str(document.path), line=line, key=format_key_path(path))
        attempts.append(_Attempt(fault, path, place.union_path, _show(details["input"])))
    return _merge(attempts)


def format_key_path(path: KeyPath) -> str:
    """Write a key path as `transitions[3].rate`; keys that would be ambiguous are quoted in brackets."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not part or re.search(r"[.\[\]\s]", part):
            text += f"[{part!r}]"
        else:
            text += f".{part}" if text else part
    return text


_UNIONS = (Union, UnionType)


@dataclass(frozen=True)
class _Place:
    """Where an error lies: the key path without union tags, and what the model allows there.

    `types` has several members where a union without a tag leaves it open which one was meant, and
    `union_path` is where the outermost such union stands.
    """

    path: KeyPath
    types: tuple[_Type, ...]
    parents: tuple[_Type, ...] = ()
    is_key: bool = False
    union_path: KeyPath | None = None


@dataclass(frozen=True)
class _Type:
    """An annotation and the constraints and tags that were attached around it."""

    annotation: Any
    metadata: tuple[Any, ...] = ()

    def bare(self) -> _Type:
        """Look through `Annotated`, `X | None`, and root models."""
        origin, arguments = get_origin(self.annotation), get_args(self.annotation)
        if origin is Annotated:
            nested = [part for item in arguments[1:] for part in getattr(item, "metadata", ())]
            inner = _Type(arguments[0], (*self.metadata, *arguments[1:], *nested))
        elif origin in _UNIONS and len(members := [one for one in arguments if one is not NoneType]) == 1:
            inner = _Type(members[0], self.metadata)
        elif _is_model(self.annotation) and issubclass(self.annotation, RootModel):
            inner = _of_field(self.annotation.model_fields["root"])
        else:
            return self
        return inner.bare()

    def members(self) -> list[_Type]:
        """The members of a union of two or more; otherwise nothing."""
        if get_origin(self.annotation) not in _UNIONS:
            return []
        return [_Type(member) for member in get_args(self.annotation) if member is not NoneType]

    def fields(self) -> dict[str, FieldInfo]:
        """The fields of a model by the name that is written in the file; otherwise nothing."""
        if not _is_model(self.annotation):
            return {}
        return {info.alias or name: info for name, info in self.annotation.model_fields.items()}

    def discriminator(self) -> str | None:
        """The key that chooses the member of a tagged union; '' if a function chooses it."""
        for item in self.metadata:
            chooser = item.discriminator if isinstance(item, FieldInfo | Discriminator) else None
            if chooser is not None:
                return chooser if isinstance(chooser, str) else ""
        return None

    def answers_to(self, tag: str) -> bool:
        """Whether pydantic may call this member of a union `tag`."""
        bare = self.bare()
        if any(isinstance(item, Tag) and item.tag == tag for item in bare.metadata):
            return True
        if getattr(bare.annotation, "__name__", None) == tag:
            return True
        literals = (value for info in bare.fields().values() for value in _literals(info.annotation))
        return tag in map(str, literals)

    def child(self, part: str | int) -> _Type | None:
        """What is allowed under a key or index; None if nothing is."""
        info = self.fields().get(str(part))
        if info is not None:
            return _of_field(info)
        origin, arguments = get_origin(self.annotation), get_args(self.annotation)
        if not isinstance(origin, type) or not arguments:
            return None
        if issubclass(origin, Mapping):
            return _Type(arguments[-1])
        if not isinstance(part, int):
            return None
        if origin is tuple and ... not in arguments:
            return _Type(arguments[part]) if part < len(arguments) else None
        return _Type(arguments[0])


def _of_field(info: FieldInfo) -> _Type:
    return _Type(info.annotation, (info, *info.metadata))


def _follow(model: type[BaseModel], loc: tuple[str | int, ...]) -> _Place:
    """Walk along pydantic's location; the steps that name a member of a union are not keys."""
    types: tuple[_Type, ...] = (_Type(model).bare(),)
    parents: tuple[_Type, ...] = ()
    path: KeyPath = ()
    union_path: KeyPath | None = None
    for part in loc:
        if part == "[key]":
            return _Place(path, (), is_key=True, union_path=union_path)
        members = [(one, member) for one in types for member in one.members()]
        if members:
            if union_path is None and any(one.discriminator() is None for one, _ in members):
                union_path = path
            named = [member for _, member in members if member.answers_to(str(part))]
            steps = named or [member for _, member in members]
        else:
            path, parents = (*path, part), types
            steps = [child for one in types if (child := one.child(part)) is not None]
        types = tuple(step.bare() for step in steps)
    return _Place(path, types, parents, union_path=union_path)


# YAML's spelling is not Python's, so pydantic takes `.nan` for a word.
_NOT_FINITE = re.compile(r"[+-]?\.(nan|inf)", re.IGNORECASE)

# What a value of pydantic's error family should have been, and how to write one.
_FAMILIES = {
    "int": ("a whole number", "write digits only"),
    "float": ("a number", "write a number with a decimal point"),
    "bool": ("true or false", "write true or false"),
    "string": ("text", "write one value, not a list or mapping"),
    "date": ("a date such as 2025-12-31", "write year-month-day"),
    **dict.fromkeys(
        ("list", "tuple", "set", "frozen"), ("a list", "write each item on a line of its own after '- '")
    ),
    **dict.fromkeys(
        ("dict", "mapping", "model"), ("a mapping of keys", "indent lines of 'key: value' under this key")
    ),
}

# How the sentences of pydantic's other rules begin.
_SUBJECTS = ("Input", "Value", "String", "List", "Tuple", "Set", "Frozenset", "Dictionary", "Date")


def _describe(details: ErrorDetails, place: _Place) -> tuple[KeyPath, Fault]:
    """Say what one pydantic error means; the place in the file is filled in by the caller."""
    kind, raw, context = details["type"], details["input"], details.get("ctx", {})
    path, shown = place.path, _show(raw)
    remedy = "correct the key" if place.is_key else "correct the value"
    number = shown.strip("'")
    family, _, breach = kind.partition("_")
    bounds = _range(place.types)
    if kind == "extra_forbidden":
        return path, _unknown_key(str(path[-1]), place.parents)
    if kind == "missing":
        return path, _missing_key(path)
    if kind == "refusal":
        return path, _words(*(context[name] for name in ("message", "expected", "nearest", "remedy")))
    if kind.startswith("union_tag"):
        return _tag_fault(path, context, place.types)
    if kind in ("literal_error", "enum"):
        return path, _choice_fault(shown, raw, context["expected"])
    if kind == "finite_number" or (kind == "float_parsing" and _NOT_FINITE.fullmatch(str(raw))):
        return path, _words(f"{number} is not a finite number", bounds or "a number", None, remedy)
    if kind.startswith(("greater_than", "less_than")) and bounds:
        return path, _words(f"{number} is out of range", bounds, None, "change it to lie in this range")
    if kind in ("value_error", "assertion_error"):
        return path, _words(str(context["error"]) or "the value is refused", None, None, remedy)
    if family in _FAMILIES and re.search(r"(type|parsing|parsing_size|from_float|inexact)$", breach):
        expected, how = _FAMILIES[family]
        message = "no value is given" if raw == "" else f"{shown} is not {expected}"
        return path, _words(message, bounds or expected, None, remedy if place.is_key else how)
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        tidy = re.sub(r"\W", "_", str(raw).strip().lower())
        nearest = tidy if re.fullmatch(context["pattern"], tidy, re.ASCII) else None
        return path, _words(f"{shown} is not accepted", _PATTERNS[context["pattern"]], nearest, remedy)
    # A validator's own sentence stands; that of one of pydantic's rarer rules loses its word for a value.
    subject, _, rule = details["msg"].partition(" should ")
    if subject not in _SUBJECTS:
        return path, _words(details["msg"], None, None, remedy)
    expected = f"it to {rule.replace(' after validation', '')}"
    return path, _words(f"{shown} is not accepted", expected, None, remedy)


_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "a name of small letters a to z, digits and _, beginning with a letter",
    r"^\d{1,3}-\d{1,3}$": "a range of ages such as 60-66",
}


def _words(message: str, expected: str | None, nearest: str | None, remedy: str | None) -> Fault:
    return Fault("", None, "", message, expected, nearest, remedy or "correct the value")


def _unknown_key(key: str, parents: tuple[_Type, ...]) -> Fault:
    valid = list(dict.fromkeys(name for parent in parents for name in parent.fields()))
    expected = f"one of {', '.join(valid)}" if valid else None
    return _words(f"unknown key '{key}'", expected, nearest_name(key, valid), "correct or remove the key")


def _missing_key(path: KeyPath, expected: str | None = None) -> Fault:
    where = f"under {format_key_path(path[:-1])}" if path[:-1] else "at the top level of the file"
    return _words(f"missing key '{path[-1]}'", expected, None, f"add '{path[-1]}: ...' {where}")


def _choice_fault(shown: str, raw: object, allowed: str) -> Fault:
    choices = re.findall(r"'([^']*)'", allowed)
    message = "no value is given" if raw == "" else f"{shown} is not a valid value"
    expected = f"one of {', '.join(choices)}" if choices else allowed
    return _words(message, expected, nearest_name(str(raw), choices), "use one of the valid values")


def _tag_fault(path: KeyPath, context: dict[str, Any], types: tuple[_Type, ...]) -> tuple[KeyPath, Fault]:
    """Name the key that chooses the member of a tagged union, or say that none fits."""
    chooser = next((name for one in types if (name := one.discriminator())), None)
    if "tag" in context:
        fault = _choice_fault(f"'{context['tag']}'", context["tag"], context["expected_tags"])
        return (*path, chooser) if chooser else path, fault
    if chooser is None:
        return path, _words("none of the allowed forms fits", None, None, "correct its keys")
    infos = (member.bare().fields().get(chooser) for one in types for member in one.members())
    choices = [str(value) for info in infos if info for value in _literals(info.annotation)]
    return (*path, chooser), _missing_key((*path, chooser), f"one of {', '.join(choices)}")


def _range(types: tuple[_Type, ...]) -> str | None:
    """The allowed range in words, from the constraints that the model declares for one type of value."""
    if len(types) != 1:
        return None
    limits = {
        name: getattr(item, name)
        for item in types[0].metadata
        for name in ("gt", "ge", "lt", "le")
        if getattr(item, name, None) is not None
    }
    if not limits:
        return None
    kind = "a whole number" if types[0].annotation is int else "a number"
    if limits.keys() == {"ge", "le"}:
        return f"{kind} from {limits['ge']} to {limits['le']}"
    names = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    return f"{kind} " + " and ".join(f"{names[name]} {limit}" for name, limit in limits.items())


def _literals(annotation: Any) -> tuple[Any, ...]:
    values = get_args(annotation) if get_origin(annotation) is Literal else ()
    return tuple(getattr(value, "value", value) for value in values)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _show(raw: object) -> str:
    if isinstance(raw, dict | list):
        return "a mapping" if isinstance(raw, dict) else "a list"
    text = str(raw) if len(str(raw)) <= 40 else f"{str(raw)[:37]}..."
    return f"'{text}'" if isinstance(raw, str) else text


@dataclass(frozen=True)
class _Attempt:
    """A fault, and the union without a tag it was found in, if any."""

    fault: Fault
    path: KeyPath
    union_path: KeyPath | None
    shown: str


def _merge(attempts: list[_Attempt]) -> list[Fault]:
    """Of the members tried in a union without a tag, keep those that got furthest, one fault a place."""
    furthest: dict[KeyPath, int] = {}
    for one in attempts:
        if one.union_path is not None:
            furthest[one.union_path] = max(furthest.get(one.union_path, 0), len(one.path))
    groups: dict[tuple[object, ...], list[_Attempt]] = {}
    for number, one in enumerate(attempts):
        if one.union_path is None:
            groups[(number,)] = [one]
        elif len(one.path) == furthest[one.union_path]:
            groups.setdefault((one.union_path, one.path), []).append(one)
    return [_join(group) for group in groups.values()]


def _join(group: list[_Attempt]) -> Fault:
    """One fault for the members of a union that failed at the same place."""
    faults = [one.fault for one in group]
    expected = " or ".join(dict.fromkeys(fault.expected for fault in faults if fault.expected)) or None
    nearest = next((fault.nearest for fault in faults if fault.nearest), None)
    joined = replace(faults[0], expected=expected, nearest=nearest)
    if len({fault.message for fault in faults}) == 1:
        return joined
    shown = group[0].shown
    message = "no value is given" if shown == "''" else f"{shown} fits none of the allowed forms"
    return replace(joined, message=message, remedy="write one of these forms")
