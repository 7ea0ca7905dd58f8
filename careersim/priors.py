"""`priors`: what is uncertain in a run, and what is taken as known."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from careersim.errors import UserError, nearest_name
from careersim.experiment.draws import Prior, fixed_paths, priors_of
from careersim.model.assemble import read_model

__all__ = ["Priors", "priors"]


@dataclass(frozen=True)
class Priors:
    """The uncertain numbers of a run.

    Attributes
    ----------
    priors
        In the order of the files.
    fixed
        Paths of the numbers without range.
    """

    priors: tuple[Prior, ...]
    fixed: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """Plain data for JSON: `priors`, `fixed` and `counts` of priors by profession (or `levers`)."""
        shapes = ("a", "b")
        rows = [
            {
                key: None if key in shapes and one.kind == "pert" else value
                for key, value in asdict(one).items()
            }
            for one in self.priors
        ]
        counts: dict[str, int] = {}
        for one in self.priors:
            group = one.path.partition(".")[0]
            counts[group] = counts.get(group, 0) + 1
        return {"priors": rows, "fixed": list(self.fixed), "counts": counts}


def priors(config: str | Path, *, profession: str | None = None) -> Priors:
    """List the uncertain numbers of a run.

    Parameters
    ----------
    config
        Path of a run file, such as configs/baseline.yaml, or of a single career file.
    profession
        Only the numbers of this profession.

    Raises
    ------
    UserError
        If a file is wrong, the profession is not part of the run, or a range does not hold its number.
    """
    run, _ = read_model(config)
    names = [career.spec.profession for career in run.careers]
    if profession is not None and profession not in names:
        raise UserError(
            f"unknown profession '{profession}'",
            where="profession",
            expected=f"one of {', '.join(names)}",
            nearest=nearest_name(profession, names),
        )
    kept = "" if profession is None else f"{profession}."
    return Priors(
        tuple(one for one in priors_of(run) if one.path.startswith(kept)),
        tuple(path for path in fixed_paths(run) if path.startswith(kept)),
    )
