"""What loading gives: validated specifications that still know the file and line of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from careersim.config.career_spec import CareerSpec
from careersim.config.fault_report import Fault
from careersim.config.faults import format_key_path
from careersim.config.overlay import Overlay
from careersim.config.parameter_spec import ParameterSpec
from careersim.config.run_spec import RunSpec
from careersim.config.yaml_source import KeyPath, SourceDocument

__all__ = ["InhabitantsByYear", "LoadedCareer", "LoadedRun", "Parameter"]

InhabitantsByYear: TypeAlias = Mapping[str, tuple[tuple[int, float], ...]]
"""Given years and inhabitants, ascending, by county code."""


@dataclass(frozen=True)
class Parameter:
    """A parameter record and the layer that had the last word on it.

    Attributes
    ----------
    document, key_path
        The file of the record and its place there.
    """

    name: str
    spec: ParameterSpec
    document: SourceDocument
    key_path: KeyPath

    @property
    def layer(self) -> str:
        """The file of the record."""
        return str(self.document.path)

    def fault(
        self,
        message: str,
        *below: str | int,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> Fault:
        """A fault of this record, or of the value at the keys `below` it."""
        path = (*self.key_path, *below)
        return _fault(self.document, path, message, expected, nearest, remedy)


@dataclass(frozen=True)
class LoadedCareer:
    """One profession of a run.

    Attributes
    ----------
    spec
        The career file, without what was pruned.
    document
        The career file as read.
    parameters
        All parameters by name after the overrides of the run.
    pruned
        Key paths (section, name) that were left out because they are faulty; empty after `load_run`.
    """

    spec: CareerSpec
    document: SourceDocument
    parameters: Mapping[str, Parameter]
    pruned: frozenset[KeyPath] = frozenset()

    def fault(
        self,
        key_path: KeyPath,
        message: str,
        *,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> Fault:
        """A fault at a key of the career file."""
        return _fault(self.document, key_path, message, expected, nearest, remedy)


@dataclass(frozen=True)
class LoadedRun:
    """A run file with everything that it names.

    Attributes
    ----------
    spec
        The merged run file, without what was pruned.
    overlay
        Its layers, and the origin of every value.
    careers
        The professions, in the order of the run file.
    lever_numbers
        For each lever of `spec`, its index in the merged file (they differ only where one was pruned).
    pruned
        Key paths that were left out because they are faulty; empty after `load_run`.
    population
        The user's table of inhabitants, or None for the published one.
    panels
        The user's register panels by profession.
    need_weight
        The user's need weights, or None.
    prices
        The records under `costs` by name; empty if the run has no prices.
    substitution
        Coefficients of the professions that help the guideline's, by profession.
    """

    spec: RunSpec
    overlay: Overlay
    careers: tuple[LoadedCareer, ...]
    lever_numbers: tuple[int, ...] = ()
    pruned: frozenset[KeyPath] = frozenset()
    population: InhabitantsByYear | None = None
    panels: Mapping[str, Path] = field(default_factory=dict)
    need_weight: Parameter | None = None
    prices: Mapping[str, Parameter] = field(default_factory=dict)
    substitution: Mapping[str, Parameter] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether the years of the run are those of the files, and not placeholders for faulty ones."""
        years = [("until",) in self.pruned, *(("start_year",) in one.pruned for one in self.careers)]
        return not any(years)

    @property
    def documents(self) -> tuple[SourceDocument, ...]:
        """All files that were read, for the manifest of the run: layers first, then careers."""
        careers = (career.document for career in self.careers)
        return tuple({document.path: document for document in (*self.overlay.layers, *careers)}.values())

    def fault(
        self,
        key_path: KeyPath,
        message: str,
        *,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> Fault:
        """A fault at a key of the merged run file, told at its place in the layer it came from."""
        document, there = self.overlay.origin(key_path)
        return _fault(document, there, message, expected, nearest, remedy)


def _fault(
    document: SourceDocument,
    key_path: KeyPath,
    message: str,
    expected: str | None,
    nearest: str | None,
    remedy: str | None,
) -> Fault:
    line, _ = document.position(key_path)
    key = format_key_path(key_path)
    return Fault(str(document.path), line, key, message, expected, nearest, remedy)
