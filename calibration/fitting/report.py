"""`report_text`: what was calibrated, what was met, and what the data cannot tell, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from calibration.fitting.identify import CORRELATED
from calibration.fitting.outcome import Fit
from calibration.fitting.report_counties import report_counties
from calibration.markdown import markdown_table

__all__ = ["first_lines", "report_text", "years_of"]


def report_text(fit: Fit) -> str:
    """Write the report of a calibration; its first lines are the answer."""
    parts = [
        f"# Calibration of {', '.join(fit.calibration.spec.professions)}",
        "\n".join(first_lines(fit)),
        *_pictures(fit),
        *_missed(fit),
        *_targets(fit),
        *report_counties(fit.table),
    ]
    if not fit.point_only:
        parts += [*_identified(fit), *_correlated(fit), *_sensitivity(fit)]
    parts += [*_method(fit), *_not_calibrated(fit), *_not_modelled(fit)]
    return "\n\n".join(parts) + "\n"


def first_lines(fit: Fit) -> Iterator[str]:
    """Say what was calibrated, on what, how many targets are met, and what is not identified."""
    spec, targets = fit.calibration.spec, fit.calibration.targets
    judged = fit.table.filter(pl.col("met").is_not_null())
    met = int(judged["met"].sum())
    years = years_of(judged)
    shown = len(targets) - len(judged)
    professions, figures = ", ".join(spec.professions), _many(len(judged), "published figure")
    yield (
        f"- {_many(len(fit.unknowns), 'unknown')} of {professions} calibrated on {figures} of {years};"
        f" {shown} more, which the run starts from, are shown."
    )
    share = met / len(judged) if len(judged) else 0.0
    plain = int((judged["residual_by_country"].abs() <= 1.0).sum())
    wide = int((judged["residual_by_country"].abs() <= judged["tolerance_by_country"]).sum())
    many = max(len(judged), 1)
    yield (
        f"- {met} of {len(judged)} figures ({share:.0%}) are met within their own tolerance at the calibrated"
        f" numbers; missed: {len(judged) - met}, listed with the reason."
    )
    if fit.table["county_factor_sd"].max():
        yield (
            "- That is with registers that may show another part of the truth in every county, one free"
            f" number for each figure. With one coverage for the whole country {plain} ({plain / many:.0%})"
            f" are met, and {wide} ({wide / many:.0%}) lie within tolerance and scatter together."
        )
    if fit.point_only:
        yield "- This is a point fit: no posterior, no intervals, and nothing is said about identifiability."
        return
    vague = fit.identification.filter(~pl.col("identified"))
    if len(vague):
        yield (
            f"- The data do not identify {len(vague)} of them (the posterior is less than 10 % narrower than"
            f" the prior): {', '.join(vague['path'])}."
        )
    else:
        yield "- Every unknown is narrower than its prior by 10 % or more."
    low, middle, high = np.quantile(fit.headline, [0.025, 0.5, 0.975])
    yield (
        f"- Persons at work as {spec.headline.profession} in {spec.headline.year} with these numbers:"
        f" {middle:,.0f} ({low:,.0f} to {high:,.0f}, 95 % of draws; each is the mean of two lives, with the"
        f" luck of those two taken off by {spec.centre_replications} lives of the middle)."
    )
    worst = float(fit.fitted.chain.r_hat.max())
    if worst > 1.05:
        yield f"- Warning: the chain has not settled (R-hat {worst:.3f}); raise `posterior.steps`."


def years_of(table: pl.DataFrame) -> str:
    """First and last year of targets, such as `2020-2024`."""
    years = [*table["year"].to_list(), *table["last_year"].to_list()]
    return f"{min(years)}-{max(years)}" if min(years) < max(years) else str(min(years))


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _pictures(fit: Fit) -> Iterator[str]:
    yield "![How far every target is missed, in its own tolerance](targets.svg)"
    if not fit.point_only:
        yield "![Prior and posterior of every unknown](unknowns.svg)"


def _missed(fit: Fit) -> Iterator[str]:
    missed = fit.table.filter(~pl.col("met"))
    yield "## Targets that are missed"
    if not len(missed):
        yield "None."
        return
    rows = [
        [
            row["id"],
            _number(row["published"], row),
            f"{row['predicted']:,.6g}",
            f"{row['residual']:+.1f}",
            row["reason"],
        ]
        for row in missed.sort(pl.col("residual").abs(), descending=True).iter_rows(named=True)
    ]
    yield markdown_table(["target", "published", "model", "residual", "reason"], rows)


def _targets(fit: Fit) -> Iterator[str]:
    yield "## All targets"
    yield (
        "The residual is in units of the target's own tolerance, 0 within the published interval. Intervals"
        " are 95 % of all replications of the posterior's draws, or of the calibrated numbers in a point fit."
    )
    rows = [
        [
            row["id"],
            _number(row["published"], row),
            f"{row['prior_low']:,.5g} to {row['prior_high']:,.5g}",
            f"{row['predicted']:,.5g} ({row['predicted_low']:,.5g} to {row['predicted_high']:,.5g})",
            f"{row['residual']:+.2f}",
            "start" if row["met"] is None else "met" if row["met"] else "missed",
        ]
        for row in fit.table.iter_rows(named=True)
    ]
    yield markdown_table(["target", "published", "prior", "model", "residual", ""], rows)


def _identified(fit: Fit) -> Iterator[str]:
    yield "## What the data say about each unknown"
    yield "Contraction is 1 less the posterior's standard deviation over the prior's; intervals are 95 %."
    rows = [
        [
            row["path"],
            f"{row['prior_central']:.4g} ({row['prior_low']:.4g} to {row['prior_high']:.4g})",
            f"{row['posterior_mean']:.4g} ({row['posterior_low']:.4g} to {row['posterior_high']:.4g})",
            f"{row['contraction']:.0%}",
            f"{row['shift_in_prior_sd']:+.2f}",
            "" if row["identified"] else "the data cannot identify it",
        ]
        for row in fit.identification.iter_rows(named=True)
    ]
    yield markdown_table(["unknown", "prior", "posterior", "contraction", "shift (prior sd)", ""], rows)


def _correlated(fit: Fit) -> Iterator[str]:
    strong = fit.correlations.filter(pl.col("correlation").abs() >= CORRELATED)
    yield "## Unknowns that the data cannot tell apart"
    if not len(strong):
        strongest = fit.correlations.head(1)
        most = f" The strongest is {strongest['correlation'][0]:+.2f}." if len(strongest) else ""
        yield f"No two unknowns are correlated by {CORRELATED} or more in the posterior.{most}"
        return
    rows = [[row["path"], row["with"], f"{row['correlation']:+.2f}"] for row in strong.iter_rows(named=True)]
    yield markdown_table(["unknown", "with", "correlation"], rows)


def _sensitivity(fit: Fit) -> Iterator[str]:
    assert fit.surface is not None
    headline = fit.calibration.spec.headline
    yield "## What the headline owes to each block of targets"
    yield (
        "The posterior without one block after the other, on the emulator of the last wave (which is"
        " stretched beyond its points where a block held much)."
        " Headline:"
        f" {headline.profession} at work in {headline.year}, told from the unknowns by a plane that explains"
        f" {fit.surface.explained:.0%} of its variance over the posterior."
    )
    if not len(fit.sensitivity):
        yield "There is one block of targets only, without which nothing is left to fit to."
        return
    order = fit.sensitivity.sort(pl.col("headline_change").abs(), descending=True)
    rows = [
        [
            row["block"],
            str(row["targets"]),
            f"{row['headline_change']:+,.0f}",
            f"{row['headline_sd_ratio']:.2f}",
            f"{row['unknown_moved_most']} ({row['moved_by_posterior_sd']:+.2f} sd)",
        ]
        for row in order.iter_rows(named=True)
    ]
    yield markdown_table(["without", "targets", "headline", "its sd, ratio", "unknown that moves most"], rows)


def _method(fit: Fit) -> Iterator[str]:
    spec, targets = fit.calibration.spec, fit.calibration.targets
    yield "## How it was done"
    rows = []
    for number, wave in enumerate(fit.fitted.waves, start=1):
        sizes = wave.missed / np.array([target.tolerance for target in targets.targets])
        rows.append(
            [
                str(number),
                str(wave.points),
                str(wave.used),
                f"{np.median(wave.explained):.3f}",
                f"{np.median(sizes):.2f}",
                f"{sizes.max():.2f} ({targets.ids[int(np.argmax(sizes))]})",
                f"{wave.accepted:.0%}",
                f"{wave.worst_r_hat:.3f}",
            ]
        )
    yield markdown_table(
        ["wave", "points", "fitted to", "explained", "missed (tolerances)", "most", "accepted", "R-hat"], rows
    )
    yield (
        f"Every candidate lives the same {spec.replications} replications of seed {spec.seed}. Explained:"
        " median share of a target's variance over the points that the surface tells at a point left"
        " out; missed: its standard error there, in tolerances, median and largest."
    )


def _not_calibrated(fit: Fit) -> Iterator[str]:
    yield "## Uncertain numbers that stay at their central value"
    names = ", ".join(f"{prior.path} ({prior.central:.4g})" for prior in fit.unknowns.fixed)
    yield names or "None."


def _not_modelled(fit: Fit) -> Iterator[str]:
    spec, targets = fit.calibration.spec, fit.calibration.targets
    left = [f"- {name}: {reason}" for name, reason in spec.without.items()]
    left += [f"- {one.id}: {one.figure}. {one.reason}" for one in targets.not_modelled]
    yield "## Published figures that are not used"
    yield "\n".join(left) or "None."


def _number(value: float | None, row: dict[str, object]) -> str:
    if value is not None:
        return f"{value:,.6g}"
    return f"{row['published_low']:,.6g} to {row['published_high']:,.6g}"
