"""The printed summary of a comparison: what each scenario gives, where, for whom, and what stops it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from careersim.flows.constraints import CONSTRAINTS
from careersim.outputs.uncertainty_text import uncertainty_text
from careersim.types import COUNTY_NAMES

__all__ = ["comparison_headline", "comparison_text", "print_comparison"]

_NATION = "00"
_COUNTIES_SHOWN = 10

Frames = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]


def print_comparison(tables: Frames, manifest: Row, console: Console) -> None:
    """Print the summary of a comparison.

    Parameters
    ----------
    tables, manifest
        As `careersim.compare.compare` gives them.
    console
        Where to print.
    """
    for part in _parts(tables, manifest):
        console.print(part)


def comparison_text(tables: Frames, manifest: Row, *, width: int = 140) -> str:
    """Give the summary as plain text, `width` characters wide."""
    stream = StringIO()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False, highlight=False)
    print_comparison(tables, manifest, console)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def comparison_headline(tables: Frames, manifest: Row) -> dict[str, Any]:
    """Give the headline numbers as plain data, for other programs.

    Returns
    -------
    Seed, replications, notes and timings; names and what the scenarios touch; and for Sweden in the
    years of the printed summary `differences`, `guideline_differences`, `binding`, `simple_differences`; and
    `careers_changed` in the last year.
    """
    years = _years(manifest)
    national = pl.col("county_code").eq(_NATION) & pl.col("year").is_in(years)
    kept = ("seed", "replications", "until", "precision", "draws", "notes", "timings")
    careers = tables["careers_changed"].filter(pl.col("year") == manifest["until"])
    named = ("name", "touched", "same_before")
    return {
        **{key: manifest[key] for key in kept},
        "baseline": manifest["baseline"]["name"],
        "scenarios": [{key: one[key] for key in named} for one in manifest["scenarios"]],
        **{
            name: tables[name].filter(national).to_dicts()
            for name in (
                "differences",
                "guideline_differences",
                "binding",
                "simple_differences",
                "uncertainty",
            )
            if name in tables
        },
        "careers_changed": careers.select("scenario", "profession", "share").to_dicts(),
    }


def _parts(tables: Frames, manifest: Row) -> Iterator[RenderableType]:
    if not tables["guideline_differences"].is_empty():
        yield _guideline(tables, manifest)
    for scenario in manifest["scenarios"]:
        name = scenario["name"]
        if not scenario["touched"]:
            yield Text(f"{name}: nothing differs from the baseline\n")
            continue
        own = {key: table.filter(scenario=name) for key, table in tables.items()}
        yield _national(own["differences"], manifest, scenario)
        for profession in _affected(own, scenario)[:1]:
            yield _counties(own, manifest, name, profession)
        stopped = _stopped(own["binding"], manifest, scenario)
        if stopped.row_count:
            yield stopped
        if "uncertainty" in own:
            yield from _unsure(own["uncertainty"], manifest, scenario)
        yield _careers(own, scenario)
    yield Text(_note(manifest))


def _national(differences: pl.DataFrame, manifest: Row, scenario: Row) -> Table:
    """What a scenario gives in Sweden."""
    years = _years(manifest)
    title = (
        f"{scenario['name']} less {manifest['baseline']['name']}, Sweden: mean (80 % interval of the "
        f"differences); ±: 95 % confidence of the mean in {years[-1]}"
    )
    table = _table(title, ("Profession", "Who"), (*map(str, years), "Mean ±", "Var. red."))
    shown = differences.filter(
        pl.col("year").is_in(years), pl.col("profession").is_in(scenario["touched"]), county_code=_NATION
    )
    last = None
    rows = shown.partition_by("profession", "group", "measure", maintain_order=True, as_dict=True)
    for (profession, group, measure), cells in rows.items():
        found = {row["year"]: row for row in cells.iter_rows(named=True)}
        end = found[years[-1]]
        table.add_row(
            _label(str(profession)) if profession != last else "",
            str(group) if measure == "headcount" else f"{group}, fte",
            *(_difference(found[year]) for year in years),
            _half(end),
            _factor(end["variance_reduction"]),
        )
        last = profession
    return table


def _unsure(table: pl.DataFrame, manifest: Row, scenario: Row) -> Iterator[RenderableType]:
    """How much of the spread is chance, and how much the parameters make."""
    touched = table.filter(pl.col("profession").is_in(scenario["touched"]))
    title = f"{scenario['name']} less {manifest['baseline']['name']}, Sweden"
    yield from uncertainty_text(touched, title, _years(manifest)[-1])


def _guideline(tables: Frames, manifest: Row) -> Table:
    """Coverage of Sweden, and counties that reach the guideline."""
    years = _years(manifest)
    title = (
        "Guideline, list reading by headcount: median coverage of Sweden, mean number of counties that meet "
        "it, and added specialists by DLF's formula"
    )
    headings = [heading for year in years for heading in (f"Cover {year}", "Counties")]
    table = _table(title, ("Scenario",), (*headings, f"DLF's formula {years[-1]}"))
    rows = tables["guideline_differences"].filter(basis="headcount")
    for scenario in manifest["scenarios"]:
        own = rows.filter(scenario=scenario["name"])
        cells = []
        for year in years:
            here = own.filter(year=year)
            nation = here.filter(county_code=_NATION).row(0, named=True)
            counties = here.filter(pl.col("county_code") != _NATION)
            one, two = (
                (counties["in_year_both"] + counties[f"in_year_only_{run}"]).sum() / manifest["replications"]
                for run in ("baseline", "scenario")
            )
            cells.append(f"{nation['baseline_p50']:.3f} → {nation['scenario_p50']:.3f}")
            cells.append(f"{one:.1f} → {two:.1f}")
        table.add_row(
            scenario["name"],
            *cells,
            _formula(tables["simple_differences"].filter(scenario=scenario["name"]), _NATION, years[-1]),
        )
    return table


def _counties(own: Frames, manifest: Row, name: str, profession: str) -> Table:
    """The counties whose workforce differs most in the last asked year."""
    year = _years(manifest)[-1]
    title = (
        f"{name}: the {_COUNTIES_SHOWN} counties whose {_label(profession).lower()} workforce differs most, "
        f"headcount {year}"
    )
    headings = (
        "Baseline", "Mean diff. (80 %)", "Per cent", "Trainees", "Var. red.", "DLF's formula", "Limit (share)"
    )  # fmt: skip
    table = _table(title, ("County",), headings)
    rows = own["differences"].filter(profession=profession, measure="headcount", year=year)
    most = (
        rows.filter(pl.col("county_code") != _NATION, group="workforce")
        .sort(pl.col("difference_mean").abs(), "county_code", descending=[True, False])
        .head(_COUNTIES_SHOWN)
    )
    trainees = dict(rows.filter(group="trainees").select("county_code", "difference_mean").iter_rows())
    formula = own["simple_differences"].filter(profession=profession)
    pools = [pool for one, pool in _trainee_pools(manifest) if one == profession]
    binding = own["binding"].filter(pl.col("pool").is_in(pools), profession=profession, year=year)
    for row in most.iter_rows(named=True):
        code = row["county_code"]
        table.add_row(
            COUNTY_NAMES[code],
            f"{row['baseline_p50']:,.0f}",
            _difference(row),
            f"{100 * row['difference_mean'] / row['baseline_p50']:+.1f}" if row["baseline_p50"] else "",
            _signed(trainees[code]) if code in trainees else "",
            _factor(row["variance_reduction"]),
            _formula(formula, code, year),
            _limits(binding.filter(county_code=code)),
        )
    return table


def _stopped(binding: pl.DataFrame, manifest: Row, scenario: Row) -> Table:
    """Shares of counties and replications in which each constraint binds."""
    years = _years(manifest)
    title = f"{scenario['name']}: what stops more, share of counties and replications, baseline → scenario"
    table = _table(title, ("Pool", "Limit"), tuple(map(str, years)))
    trains = _trainee_pools(manifest)
    shown = binding.filter(
        pl.col("year").is_in(years), pl.col("profession").is_in(scenario["touched"]), county_code=_NATION
    )
    pools = shown.partition_by("profession", "pool", maintain_order=True, as_dict=True)
    for (profession, pool), cells in pools.items():
        found = {row["year"]: row for row in cells.iter_rows(named=True)}
        place = f"{_label(str(profession))}: {pool}"
        for kind in CONSTRAINTS:
            one, two = cells[f"baseline_{kind}"], cells[f"scenario_{kind}"]
            if (one == two).all() and ((profession, pool) not in trains or (one == 0).all()):
                continue
            table.add_row(place, kind, *(_shares(found.get(year), kind) for year in years))
            place = ""
    return table


def _careers(own: Frames, scenario: Row) -> Table:
    """How many persons have another career."""
    title = f"{scenario['name']}: whose career differs by the end of the run, persons, mean (80 % interval)"
    headings = (
        "Changed", "Share", "Other state at the end", "Other county", "Only in scenario", "Only in baseline",
        "First year",
    )  # fmt: skip
    table = _table(title, ("Profession",), headings)
    for profession in scenario["touched"]:
        persons = own["persons"].filter(profession=profession)
        years = own["careers_changed"].filter(profession=profession)
        changed = years.filter(pl.col("first_mean") > 0)
        both = persons.drop_nulls(["baseline_state", "scenario_state"])
        other = both.filter(pl.col("baseline_state") != pl.col("scenario_state"))
        table.add_row(
            _label(profession),
            _count(years.row(-1, named=True)),
            f"{100 * years['share'][-1]:.2f} %",
            f"{other['mean'].sum():,.1f}",
            f"{both.filter('county_changed')['mean'].sum():,.1f}",
            f"{persons.filter(pl.col('baseline_state').is_null())['mean'].sum():,.1f}",
            f"{persons.filter(pl.col('scenario_state').is_null())['mean'].sum():,.1f}",
            str(changed["year"][0]) if len(changed) else "none",
        )
    return table


def _note(manifest: Row) -> str:
    count = manifest["replications"]
    runs = "1 paired replication" if count == 1 else f"{count} paired replications"
    checked = ", ".join(
        f"{one['name']} {min(one['same_before'].values())}"
        if min(one["same_before"].values()) <= manifest["until"]
        else f"{one['name']} nothing acts"
        for one in manifest["scenarios"]
    )
    precision = manifest["precision"]
    asked = ""
    if precision is not None:
        reached = "reached" if precision["reached"] else "NOT reached"
        asked = (
            f" Asked was a 95 % half-width of {precision['half_width']:g} for {precision['profession']} "
            f"{precision['quantity']} ({precision['measure']}) in {precision['county_code']} in "
            f"{precision['year']}: {reached}."
        )
    return (
        f"{runs}, seed {manifest['seed']}.{asked} Var. red.: independent runs would need so many times as "
        "many replications. Identical to the baseline before the first year that may differ, as checked in "
        f"every replication: {checked}. {' '.join(manifest['notes'])} Professions not shown are the same "
        "in both runs."
    )


def _table(title: str, names: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in names:
        table.add_column(heading, overflow="fold")  # names give way before numbers do
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _years(manifest: Row) -> list[int]:
    """The years that the baseline's guideline asks for, or the last one."""
    base = manifest["baseline"]
    start = max(one["start_year"] for one in base["professions"])
    asked = base["config"]["effective"]["guideline"]["years"]
    return sorted({year for year in asked if start < year <= base["until"]}) or [base["until"]]


def _affected(own: Frames, scenario: Row) -> list[str]:
    """Touched professions, the one with the most changed careers first."""
    rows = own["careers_changed"]
    sums = {name: float(rows.filter(profession=name)["first_mean"].sum()) for name in scenario["touched"]}
    return [name for name in sorted(sums, key=lambda name: -sums[name]) if sums[name] > 0]


def _trainee_pools(manifest: Row) -> set[tuple[str, str]]:
    """Professions and their pools of trainees."""
    return {
        (one["name"], pool["name"])
        for one in manifest["baseline"]["professions"]
        for pool in one["pools"]
        if pool["trainees"]
    }


def _limits(rows: pl.DataFrame) -> str:
    """The most common limit of the (first) pool of trainees, in the baseline and in the scenario."""
    if rows.is_empty():
        return ""
    row = rows.row(0, named=True)
    words = []
    for run in ("baseline", "scenario"):
        kind = max(CONSTRAINTS, key=lambda kind: row[f"{run}_{kind}"])
        share = f"{row[f'{run}_{kind}']:.2f}"
        words.append(kind if share == "1.00" else f"{kind} {share.lstrip('0')}")
    return " → ".join(words)


def _formula(rows: pl.DataFrame, code: str, year: int) -> str:
    rows = rows.filter(county_code=code, year=year)
    if rows.is_empty():
        return ""
    row = rows.row(0, named=True)
    return _range(row["simple_p50"], row["simple_p10"], row["simple_p90"])


def _shares(row: Row | None, kind: str) -> str:
    return "" if row is None else f"{row[f'baseline_{kind}']:.2f} → {row[f'scenario_{kind}']:.2f}"


def _difference(row: Row) -> str:
    return _range(row["difference_mean"], row["difference_p10"], row["difference_p90"])


def _range(middle: float, low: float, high: float) -> str:
    """A mean with its interval; the signs of the ends are told only where they differ."""
    first, *ends = _signed(middle), _signed(low), _signed(high)
    if ends == [first, first]:
        return first
    bounds = [end.lstrip("+") for end in ends]
    return f"{first} ({' to '.join(ends) if low < 0 else '–'.join(bounds)})"


def _signed(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    text = f"{value:+,.{digits}f}"
    return "0" if text in ("+0.00", "-0.00") else text


def _count(row: Row) -> str:
    low, middle, high = (f"{row[name]:,.0f}" for name in ("p10", "mean", "p90"))
    return middle if low == middle == high else f"{middle} ({low}–{high})"


def _half(row: Row) -> str:
    """Half of the 95 % confidence interval of the mean."""
    return "" if row["mean_high"] is None else _signed(row["mean_high"] - row["difference_mean"]).lstrip("+")


def _factor(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _label(profession: str) -> str:
    return profession.replace("_", " ").capitalize()
