"""From the path of a run file to its validated content, with the faults of all files in one report.

A run file may extend another one (`careersim.config.overlay`), names its professions (shipped careers, or
career files beside it), and may override their parameters. `load_run` raises one error that lists every
fault of every file. `read_run` does not raise: it leaves out what is faulty, so that whoever checks the
meaning of the rest (`careersim.model.assemble.read_model`) can add to the same report.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from careersim.config.career_spec import CareerSpec
from careersim.config.faults import Fault, FaultReport
from careersim.config.lenient import CAREER_SECTIONS, RUN_SECTIONS, Validated, validate_leniently
from careersim.config.loaded import LoadedCareer, LoadedRun, Parameter
from careersim.config.overlay import Overlay, lay_over
from careersim.config.population_csv import read_population
from careersim.config.run_spec import RunSpec
from careersim.config.yaml_source import KeyPath, SourceDocument, YamlValue, read_yaml
from careersim.errors import ConfigError, nearest_name

__all__ = ["load_file", "load_run", "read_file", "read_run", "shipped_careers"]

_MOST_LAYERS = 20


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
    document = _read(Path(path), report)
    if document is None:
        return None, report
    if "profession" in document.data:
        return _career_as_run(document, report), report
    run_keys = {"professions", "extends", "name", "until"}
    if not run_keys & document.data.keys():
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
    layers = _read_layers(Path(path), report)
    if layers is None:
        return None, report
    overlay = lay_over(layers)
    validated = validate_leniently(RunSpec, overlay.document, RUN_SECTIONS)
    report.add(*(overlay.relocate(fault) for fault in validated.faults))
    careers = _read_careers(overlay, report)
    if validated.spec is None:
        return None, report
    return _assemble_run(validated, overlay, careers, report), report


def shipped_careers() -> tuple[str, ...]:
    """Names of the career files that come with the package."""
    folder = files("careersim") / "careers"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


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


def _read(path: Path, report: FaultReport) -> SourceDocument | None:
    try:
        return read_yaml(path)
    except ConfigError as error:
        report.add(_as_fault(error, path))
        return None


def _as_fault(error: ConfigError, path: Path) -> Fault:
    where = error.where or str(path)
    return Fault(where, None, "", error.message, error.expected, error.nearest, error.remedy)


def _read_layers(path: Path, report: FaultReport) -> tuple[SourceDocument, ...] | None:
    """Read a run file and what it extends, lowest first."""
    layers: list[SourceDocument] = []
    seen: set[Path] = set()
    while True:
        document = _read(path, report)
        if document is None:
            return None
        layers.insert(0, document)
        seen.add(path.resolve())
        base = document.data.get("extends")
        if not isinstance(base, str):
            return tuple(layers)
        path = document.path.parent / base
        if path.resolve() in seen or len(layers) == _MOST_LAYERS:
            line, _ = document.position(("extends",))
            message = f"'{base}' extends this file in turn"
            remedy = "remove one of the two `extends`"
            report.add(Fault(str(document.path), line, "extends", message, "another run file", None, remedy))
            return None


def _read_careers(
    overlay: Overlay, report: FaultReport
) -> list[tuple[SourceDocument, Validated[CareerSpec]]]:
    """Read the career files; those that are unknown or hopeless are left out after a fault."""
    names = overlay.document.data.get("professions")
    careers = []
    for number, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, str):
            continue
        document = _career_document(name, overlay, ("professions", number), report)
        if document is None:
            continue
        validated = validate_leniently(CareerSpec, document, CAREER_SECTIONS)
        report.add(*validated.faults)
        careers.append((document, validated))
    return careers


def _career_document(
    name: str, overlay: Overlay, key_path: KeyPath, report: FaultReport
) -> SourceDocument | None:
    """Find a career by its shipped name, or by a path relative to the file that names it."""
    origin, there = overlay.origin(key_path)
    if "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        return _read(origin.path.parent / name, report)
    shipped = shipped_careers()
    if name in shipped:
        return _read_shipped(name, report)
    line, _ = origin.position(there)
    report.add(
        Fault(
            str(origin.path),
            line,
            f"professions[{there[-1]}]",
            f"unknown profession '{name}'",
            f"one of {', '.join(shipped)}, or the path of a career file",
            nearest_name(name, shipped),
            "correct the name, or write the path of a file that ends in .yaml",
        )
    )
    return None


def _read_shipped(name: str, report: FaultReport) -> SourceDocument | None:
    with as_file(files("careersim") / "careers" / f"{name}.yaml") as path:
        document = _read(path, report)
    if document is None:
        return None
    # Told from the package's root, so that reports and manifests do not differ between machines.
    return replace(document, path=Path("careersim", "careers", f"{name}.yaml"))


def _assemble_run(
    validated: Validated[RunSpec],
    overlay: Overlay,
    careers: list[tuple[SourceDocument, Validated[CareerSpec]]],
    report: FaultReport,
) -> LoadedRun:
    assert validated.spec is not None
    spec = validated.spec
    run = LoadedRun(
        spec,
        overlay,
        tuple(
            LoadedCareer(found.spec, document, _own_parameters(found.spec, document), found.pruned)
            for document, found in careers
            if found.spec is not None
        ),
        _kept_levers(validated, overlay),
    )
    _check_professions(run, complete=all(found.spec is not None for _, found in careers), report=report)
    overridden = tuple(_override(run, career, report) for career in run.careers)
    run = replace(run, careers=overridden, panels=_panels(run, report))
    if spec.demand.population is not None:
        document, there = overlay.origin(("demand", "population"))
        try:
            run = replace(run, population=read_population(document.path.parent / spec.demand.population))
        except ConfigError as error:
            report.add(_as_fault(error, document.path))
    if spec.demand.need_weight is not None:
        document, there = overlay.origin(("demand", "need_weight"))
        weight = Parameter("need_weight", spec.demand.need_weight, document, there)
        run = replace(run, need_weight=weight)
    return run


def _own_parameters(spec: CareerSpec, document: SourceDocument) -> dict[str, Parameter]:
    return {
        name: Parameter(name, record, document, ("parameters", name))
        for name, record in spec.parameters.items()
    }


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


def _check_professions(run: LoadedRun, *, complete: bool, report: FaultReport) -> None:
    """Check that what the run file says of professions is about professions of the run."""
    names = [career.spec.profession for career in run.careers]
    complete = complete and len(run.careers) == len(run.spec.professions)
    asked: list[tuple[KeyPath, str]] = [(("parameters", name), name) for name in run.spec.parameters]
    asked += [(("panels", name), name) for name in run.spec.panels]
    asked += [
        (("levers", number, "profession"), lever.profession)
        for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True)
    ]
    for key_path, name in asked:
        # A career that could not be read may be the one that is meant.
        if name not in names and complete:
            report.add(
                run.fault(
                    key_path,
                    f"profession '{name}' is not part of this run",
                    expected=f"one of {', '.join(names)}",
                    nearest=nearest_name(name, names),
                    remedy="correct the name, or add it to `professions`",
                )
            )


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
    validated = validate_leniently(CareerSpec, document, CAREER_SECTIONS)
    report.add(*validated.faults)
    career = validated.spec
    if career is None:
        return None
    data: dict[str, YamlValue] = {"name": "career", "professions": [document.path.name]}
    spec = RunSpec(name="career", professions=[document.path.name], until=career.start_year + 1)
    overlay = Overlay((document,), replace(document, data=data), {(): (0, ())})
    parameters = _own_parameters(career, document)
    return LoadedRun(spec, overlay, (LoadedCareer(career, document, parameters, validated.pruned),))
