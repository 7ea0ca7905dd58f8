"""`check_posts`: a lever may not leave fewer posts than there are holders where the run begins."""

from __future__ import annotations

from math import floor

from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedRun
from careersim.model.graph import Pool, Profession
from careersim.schema import COUNTIES, COUNTY_CODES

__all__ = ["check_posts"]


def check_posts(run: LoadedRun, before: Profession, after: Profession, report: FaultReport) -> None:
    """Refuse levers that take away posts which somebody holds.

    Only the first simulated year can be judged before anything runs: its holders are those of the start.
    Later, posts below their holders open no seat until enough of them have finished; nobody loses a post.

    Parameters
    ----------
    run
        The run, for messages; a profession that starts from a register panel is not judged.
    before, after
        The career graph without and with levers.
    report
        Takes the faults.
    """
    if before.name in run.panels:
        return
    year = before.start_year + 1
    for old, new in zip(before.pools, after.pools, strict=True):
        short = _short_of_posts(after, old, new, year)
        acting = [
            number
            for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True)
            if lever.kind == "seats" and lever.profession == after.name and new.name in lever.targets
            if lever.first_year <= year
        ]
        if short and acting:
            county, posts, holders = short[0]
            more = f", and in {len(short) - 1} more counties" if len(short) > 1 else ""
            report.add(
                run.fault(
                    ("levers", acting[-1], "value"),
                    f"{posts} posts of pool '{new.name}' in county {county} in {year}, "
                    f"but {holders} persons hold one at the end of {before.start_year}{more}",
                    expected="posts not below those that are occupied where the run begins",
                    remedy="lower the posts from a later year on; none opens until enough have finished",
                )
            )


def _short_of_posts(profession: Profession, old: Pool, new: Pool, year: int) -> list[tuple[str, int, int]]:
    """County, posts and holders wherever levers have taken posts that are occupied."""
    if old.posts is None or new.posts is None:
        return []
    found = []
    for county in range(COUNTIES):
        holders = sum(m.persons[county] for m in profession.start if m.state in new.holders)
        was = floor(old.posts.at(county=county, year=year))
        posts = floor(min(new.posts.at(county=county, year=year), was))  # may be infinite
        if posts < was and posts < holders:
            found.append((COUNTY_CODES[county], posts, holders))
    return found
