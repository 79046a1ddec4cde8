"""OpenBLAS is put in front where it is found, and a person's own preload is kept."""

from __future__ import annotations

import sys

import pytest

from curator.train.blas import find_openblas, loaded_blas, with_openblas

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="preloading is for Linux")


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "libopenblas.so.0"
    path.touch()
    return path


@on_linux
def test_a_library_on_the_path_of_libraries_is_found_first(library):
    assert find_openblas({"LD_LIBRARY_PATH": f"/nowhere:{library.parent}"}) == library


@on_linux
def test_it_is_preloaded(library):
    environment = with_openblas({"LD_LIBRARY_PATH": str(library.parent), "HOME": "/home/me"})

    assert environment["LD_PRELOAD"] == str(library)
    assert environment["HOME"] == "/home/me"


@on_linux
def test_what_a_person_preloads_stays(library):
    environment = with_openblas(
        {"LD_LIBRARY_PATH": str(library.parent), "LD_PRELOAD": "/lib/libjemalloc.so"}
    )

    assert environment["LD_PRELOAD"] == f"{library}:/lib/libjemalloc.so"


@on_linux
@pytest.mark.parametrize("own", ["/opt/libopenblas.so", "/opt/intel/libmkl_rt.so"])
def test_a_person_with_a_fast_blas_of_their_own_is_left_alone(library, own):
    environment = {"LD_LIBRARY_PATH": str(library.parent), "LD_PRELOAD": own}

    assert with_openblas(environment) == environment


def test_elsewhere_nothing_is_preloaded(monkeypatch, library):
    monkeypatch.setattr(sys, "platform", "darwin")

    assert find_openblas({"LD_LIBRARY_PATH": str(library.parent)}) is None
    assert loaded_blas() == "Accelerate"
