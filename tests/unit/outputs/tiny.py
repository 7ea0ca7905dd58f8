"""A run of one small profession, as files: quick to simulate, and with everything that a table can show."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from careersim.simulate import Result, simulate

CAREER = """
profession: healer
key: 9
label: {en: Healers, sv: Botare}
start_year: 2023
caveats: [Every number is invented.]
states:
  student: {label: {en: Student, sv: Student}, training: degree, accrues: true}
  waiting: {label: {en: Waiting, sv: Väntar}}
  trainee:
    {label: {en: Trainee, sv: ST}, training: specialty, accrues: true, working_time: hours, trains: true}
  healer: {label: {en: Healer, sv: Botare}, working_time: hours, serves: true, relocates: moves}
  abroad: {label: {en: Abroad, sv: Utomlands}, abroad: true, final: true}
  retired: {label: {en: Retired, sv: Pensionerad}, final: true}
trainings:
  degree: {requirement: degree_years}
  specialty: {requirement: specialty_years}
working_times:
  hours: {levels: [50, 100], review: review, shares: hours}
choices:
  counties: {home: home}
mobility:
  moves: {rate: moving, choice: counties}
pools:
  posts:
    label: {en: Posts, sv: Tjänster}
    holders: [trainee]
    posts: posts
    supervisors: [healer]
    per_supervisor: each
    choice: counties
transitions:
  degree: {from: student, to: waiting, form: progress, stamp: degree}
  applies: {from: waiting, to: trainee, form: seat, pool: posts, rate: applying, stamp: licence}
  certificate: {from: trainee, to: healer, form: progress, stamp: certificate}
  emigrates: {from: healer, to: abroad, form: hazard, rate: moving}
  retires: {from: healer, to: retired, form: hazard, rate: retiring}
streams:
  students:
    {label: {en: New, sv: Nya}, state: student, inflow: new, counties: places, women: women, ages: ages}
start:
  student: {persons: start_students, counties: places, women: women, ages: ages}
  trainee: {persons: start_trainees, counties: places, women: women, ages: start_ages}
  healer: {persons: start_healers, counties: places, women: women, ages: start_ages}
parameters:
  degree_years: {unit: years, value: 1, INVENTED}
  specialty_years: {unit: years, value: 2, INVENTED}
  review: {unit: rate_per_year, value: 0.2, INVENTED}
  hours: {unit: share, by: level, values: {50: 0.4, 100: 0.6}, INVENTED}
  home: {unit: utility, value: 1, INVENTED}
  moving: {unit: rate_per_year, value: 0.05, INVENTED}
  posts: {unit: posts, by: county, values: {'01': 9, '14': 4}, otherwise: 2, INVENTED}
  each: {unit: trainees_per_fte, value: 0.5, INVENTED}
  applying: {unit: rate_per_year, value: 0.7, low: 0.5, high: 0.9, INVENTED}
  retiring: {unit: rate_per_year, by: age, values: {0-64: 0, 65+: 0.5}, INVENTED}
  new: {unit: persons_per_year, value: 60, INVENTED}
  places: {unit: weight, by: county, values: {'01': 3, '14': 2}, otherwise: 1, INVENTED}
  women: {unit: share, value: 0.6, INVENTED}
  ages: {unit: share, by: age, values: {19-24: 0.75, 25-34: 0.25}, INVENTED}
  start_ages: {unit: share, by: age, values: {30-69: 1}, INVENTED}
  start_students: {unit: persons, value: 100, INVENTED}
  start_trainees: {unit: persons, value: 40, INVENTED}
  start_healers: {unit: persons, value: 200, INVENTED}
""".replace("INVENTED", "source: {assumption: Invented for this test}")

COSTS = """
costs:
  price_year: 2023
  discount_from: 2025
  discount_rate: {unit: share, value: 0.03, INVENTED}
  employer_contributions: {unit: share, value: 0.3142, INVENTED}
  prices:
    healer_pay: {unit: sek_per_month, value: 60000, INVENTED}
    trainee_pay: {unit: sek_per_month, value: 40000, INVENTED}
    post: {unit: sek_per_year, value: 30000, INVENTED}
    hours: {unit: hours_per_week, value: 2, INVENTED}
  pay:
    healer: {healer: healer_pay, trainee: trainee_pay}
  posts:
    healer: {posts: post}
  supervision:
    healer: {posts: {hours: hours, paid_as: healer}}
""".replace("INVENTED", "source: {assumption: Invented for this test}")

BARE_RUN = """
name: tiny
professions: [healer.yaml]
until: 2030
seed: 5
replications: 4
guideline: {profession: healer, years: [2025, 2028, 2030]}
"""

RUN = BARE_RUN + COSTS


def write_tiny(folder: Path, run: str = RUN) -> Path:
    """Write career and run file, and give the path of the run file."""
    (folder / "healer.yaml").write_text(CAREER, encoding="utf-8")
    path = folder / "tiny.yaml"
    path.write_text(run, encoding="utf-8")
    return path


@cache
def tiny_result() -> Result:
    """The run, simulated once for all tests; nobody may change it."""
    with TemporaryDirectory() as folder:
        return simulate(write_tiny(Path(folder)), threads=2)
