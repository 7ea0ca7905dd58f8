"""From the path of a run file to its validated content, with the faults of all files in one report.

A run file may extend others (`careersim.config.overlay`), names its professions (shipped careers, or
career files beside it), and may override their parameters. `load_run` raises one error that lists every
fault of every file. `read_run` does not raise: it leaves out what is faulty, so that whoever checks the
meaning of the rest (`careersim.model.assemble.read_model`) can add to the same report.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from careersim.config.career_spec import CareerSpec
from careersim.config.cost_spec import GENERAL_PRICES
from careersim.config.fault_report import Fault, FaultReport
from careersim.config.files import as_fault, career_document, read_document, read_layers, shipped_careers
from careersim.config.lenient import CAREER_FILE, RUN_FILE, Validated, validate_leniently
from careersim.config.loaded import LoadedCareer, LoadedRun, Parameter
from careersim.config.overlay import Overlay, lay_over
from careersim.config.parameter_spec import ParameterSpec
from careersim.config.population_csv import read_population
from careersim.config.run_spec import RunSpec
from careersim.config.yaml_source import KeyPath, SourceDocument, YamlValue
from careersim.errors import ConfigError, nearest_name

__all__ = ["load_file", "load_run", "read_file", "read_run", "shipped_careers"]

_LAST_YEAR = 2200  # the highest `YearNumber`
_RUN_KEYS = frozenset({"professions", "extends", "name", "until"})


def load_run(path: str | Path) -> LoadedRun:
    """Read a run file and all files that it names.

    Parameters
    ----------
    path
        The run file.

    Returns
    -------
    The validated content; every value knows its file.

    Raises
    ------
    ConfigError
        One error with every fault of every file: unreadable files, unknown keys, values out of range,
        unknown professions, numbers without a source.
    """
    run, report = read_run(path)
    report.raise_if_any()
    return _present(run)


def load_file(path: str | Path) -> LoadedRun:
    """Read a run file, or a career file alone as a run of that one profession over its first year.

    The file is a career file if it has the top-level key `profession`.

    Raises
    ------
    ConfigError
        As `load_run`; also if the file is neither.
    """
    run, report = read_file(path)
    report.raise_if_any()
    return _present(run)


def read_file(path: str | Path) -> tuple[LoadedRun | None, FaultReport]:
    """As `load_file`, without raising (see `read_run`)."""
    report = FaultReport()
    document = read_document(Path(path), report)
    if document is None:
        return None, report
    if "profession" in document.data:
        return _career_as_run(document, report), report
    if not _RUN_KEYS & document.data.keys():
        _refuse_kind(document, report)
        return None, report
    return read_run(path)


def read_run(path: str | Path) -> tuple[LoadedRun | None, FaultReport]:
    """Read a run file and report faults instead of raising.

    Parameters
    ----------
    path
        The run file.

    Returns
    -------
    run
        What could be read, without the faulty entries; None if too little is left.
    report
        All faults.
    """
    report = FaultReport()
    layers = read_layers(Path(path), report)
    if layers is None:
        return None, report
    overlay = lay_over(layers)
    validated = validate_leniently(RunSpec, overlay.document, RUN_FILE)
    report.add(*(overlay.relocate(fault) for fault in validated.faults))
    careers = _read_careers(overlay, report)
    return _join(validated, overlay, careers, report), report


def _present(run: LoadedRun | None) -> LoadedRun:
    # A run is missing only together with a fault, and faults were raised before.
    assert run is not None
    return run


def _refuse_kind(document: SourceDocument, report: FaultReport) -> None:
    line, _ = document.position(())
    message = "neither a run file nor a career file"
    expected = "a run file (with `professions`) or a career file (with `profession`)"
    nearest = next(
        (near for key in document.data if (near := nearest_name(key, ("profession", "professions")))), None
    )
    report.add(Fault(str(document.path), line, "", message, expected, nearest, "name the profession"))


def _read_careers(overlay: Overlay, report: FaultReport) -> tuple[LoadedCareer, ...]:
    """Read the career files; those that are unknown or hopeless are left out after a fault."""
    names = overlay.document.data.get("professions")
    careers = []
    for number, name in enumerate(names if isinstance(names, list) else []):
        document = None
        if isinstance(name, str):
            document = career_document(name, overlay, ("professions", number), report)
        career = None if document is None else _career(document, report)
        if career is not None:
            careers.append(career)
    return tuple(careers)


def _career(document: SourceDocument, report: FaultReport) -> LoadedCareer | None:
    validated = validate_leniently(CareerSpec, document, CAREER_FILE)
    report.add(*validated.faults)
    spec = validated.spec
    if spec is None:
        return None
    records = {
        name: Parameter(name, record, document, ("parameters", name))
        for name, record in spec.parameters.items()
    }
    return LoadedCareer(spec, document, records, validated.pruned)


def _join(
    validated: Validated[RunSpec], overlay: Overlay, careers: tuple[LoadedCareer, ...], report: FaultReport
) -> LoadedRun | None:
    """Put together the run file, its careers and its other files."""
    spec = validated.spec
    if spec is None:
        return None
    run = LoadedRun(spec, overlay, careers, _kept_levers(validated, overlay), validated.pruned)
    _check_professions(run, report)
    overridden = tuple(_override(run, career, report) for career in careers)
    run = replace(run, careers=overridden, panels=_panels(run, report))
    if spec.demand.population is not None:
        document, _ = overlay.origin(("demand", "population"))
        try:
            run = replace(run, population=read_population(document.path.parent / spec.demand.population))
        except ConfigError as error:
            report.add(as_fault(error, document.path))
    if spec.demand.need_weight is not None:
        document, there = overlay.origin(("demand", "need_weight"))
        run = replace(run, need_weight=Parameter("need_weight", spec.demand.need_weight, document, there))
    return replace(run, prices=_prices(run), substitution=_substitution(run))


def _prices(run: LoadedRun) -> dict[str, Parameter]:
    """Records under `costs`: the general ones, then the named prices."""
    costs = run.spec.costs
    if costs is None:
        return {}
    records: list[tuple[KeyPath, ParameterSpec | None]] = [
        (("costs", name), getattr(costs, name)) for name in GENERAL_PRICES
    ]
    records += [(("costs", "prices", name), record) for name, record in costs.prices.items()]
    found = {}
    for key_path, record in records:
        if record is not None:
            document, there = run.overlay.origin(key_path)
            found[str(key_path[-1])] = Parameter(str(key_path[-1]), record, document, there)
    return found


def _substitution(run: LoadedRun) -> dict[str, Parameter]:
    """The records of the professions that help, as parameters called like the profession."""
    records = {}
    for name, spec in run.spec.guideline.substitution.items():
        document, there = run.overlay.origin(("guideline", "substitution", name))
        records[name] = Parameter(name, spec, document, there)
    return records


def _kept_levers(validated: Validated[RunSpec], overlay: Overlay) -> tuple[int, ...]:
    levers = overlay.document.data.get("levers", [])
    return tuple(n for n in range(len(levers)) if not validated.pruned & {("levers", n), ("levers",)})


def _override(run: LoadedRun, career: LoadedCareer, report: FaultReport) -> LoadedCareer:
    """Lay the run's records over those of the career file."""
    name = career.spec.profession
    records = dict(career.parameters)
    for parameter, spec in run.spec.parameters.get(name, {}).items():
        key_path: KeyPath = ("parameters", name, parameter)
        if parameter not in records and ("parameters", parameter) not in career.pruned:
            report.add(
                run.fault(
                    key_path,
                    f"profession '{name}' has no parameter '{parameter}' to override",
                    nearest=nearest_name(parameter, records),
                    remedy="correct the name, or remove the record",
                )
            )
            continue
        document, there = run.overlay.origin(key_path)
        records[parameter] = Parameter(parameter, spec, document, there)
    return replace(career, parameters=records)


def _check_professions(run: LoadedRun, report: FaultReport) -> None:
    """Check that what the run file says of professions is about professions of the run."""
    names = [career.spec.profession for career in run.careers]
    # A career that could not be read, or has lost its name, may be the one that is meant.
    nameless = any(("profession",) in career.pruned for career in run.careers)
    if nameless or len(run.careers) < len(run.spec.professions) or ("professions",) in run.pruned:
        return
    asked: list[tuple[KeyPath, str]] = [
        (("parameters", name), name) for name in run.spec.parameters if not _left_out(run, name)
    ]
    asked += [(("panels", name), name) for name in run.spec.panels]
    asked += [(("guideline", "substitution", name), name) for name in run.spec.guideline.substitution]
    asked += [(("demand", "inhabitants_per_fte", name), name) for name in run.spec.demand.inhabitants_per_fte]
    asked += [
        (("levers", number, "profession"), lever.profession)
        for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True)
        if lever.profession is not None
    ]
    if "profession" in run.spec.guideline.model_fields_set:
        asked.append((("guideline", "profession"), run.spec.guideline.profession))
    for key_path, name in asked:
        if name not in names:
            report.add(
                run.fault(
                    key_path,
                    f"profession '{name}' is not part of this run",
                    expected=f"one of {', '.join(names)}",
                    nearest=nearest_name(name, names),
                    remedy="correct the name, or add it to `professions`",
                )
            )


def _left_out(run: LoadedRun, name: str) -> bool:
    """Whether records are left alone: of a shipped profession that a higher layer leaves out."""
    origins = run.overlay.origins
    below = origins[("parameters", name)][0] < origins[("professions",)][0]
    return below and name in shipped_careers() and name not in [one.spec.profession for one in run.careers]


def _panels(run: LoadedRun, report: FaultReport) -> dict[str, Path]:
    panels = {}
    for name, text in run.spec.panels.items():
        document, _ = run.overlay.origin(("panels", name))
        panels[name] = document.path.parent / text
        if not panels[name].is_file():
            report.add(
                run.fault(
                    ("panels", name),
                    f"panel '{panels[name]}' is not a file",
                    expected="a Parquet or CSV file",
                    remedy="check the path, relative to the run file",
                )
            )
    return panels


def _career_as_run(document: SourceDocument, report: FaultReport) -> LoadedRun | None:
    """Put a lone career into a run of one year, so that it can be checked like any other."""
    career = _career(document, report)
    if career is None:
        return None
    if career.spec.start_year >= _LAST_YEAR:
        line, _ = document.position(("start_year",))
        message, expected = (
            f"{career.spec.start_year} leaves no year to simulate",
            f"at most {_LAST_YEAR - 1}",
        )
        report.add(Fault(str(document.path), line, "start_year", message, expected, None, "start earlier"))
        return None
    names = [document.path.name]
    data: dict[str, YamlValue] = {"name": "career", "professions": [*names]}
    spec = RunSpec(name="career", professions=names, until=career.spec.start_year + 1)
    return LoadedRun(spec, Overlay((document,), replace(document, data=data), {(): (0, ())}), (career,))
