"""The built package, as another machine would get it: what is inside, and whether it can be used."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("careersim", "calibration")
DATA_SUFFIXES = {".yaml", ".csv", ".json"}


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and the wheel from it, into one folder."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(repository)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


def files_under(folder: Path, root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def names_in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_every_module_and_data_file(package: str, wheel: Path, repository: Path) -> None:
    wanted = {
        name
        for name in files_under(repository / package, repository)
        if Path(name).suffix in DATA_SUFFIXES | {".py"}
    }
    assert f"{package}/__init__.py" in wanted
    assert wanted - names_in_wheel(wheel) == set()


def test_wheel_holds_nothing_but_the_two_packages_and_its_metadata(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in names_in_wheel(wheel)}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_carries_licence_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        by_end = {name.split(".dist-info/")[-1]: name for name in archive.namelist()}
        assert "licenses/LICENSE" in by_end
        assert "careersim = careersim.cli:main" in archive.read(by_end["entry_points.txt"]).decode()


def test_source_distribution_holds_configurations_and_tests(built: Path, repository: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = files_under(repository / "configs", repository) | files_under(
        repository / "tests" / "packaging", repository
    )
    assert wanted - names == set()
    assert {"LICENSE", "constraints.txt", "pyproject.toml"} <= names


@pytest.mark.slow
def test_installed_wheel_imports_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True)
    script = "import calibration, careersim; print(careersim.__file__, careersim.__version__)"
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == [str(target / "careersim" / "__init__.py"), "0.1.0"]
